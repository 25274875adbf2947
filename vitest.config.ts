import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    reporters: ['default', './test/closing-line.ts'],
    globalSetup: './test/temporary.ts',
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // Much of a test is waiting for hosts: two at once are well on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
})
