// throttle.mjs BYTES-PER-SECOND PROGRAM ARGS…: a ProxyCommand that lets no more through towards the host.
import { spawn } from 'node:child_process'

const [rate, program, ...args] = process.argv.slice(2)
const perTick = Number(rate) / 20
const child = spawn(program, args, { stdio: ['pipe', 'inherit', 'inherit'] })
child.stdin.on('error', () => process.exit(1))
child.on('exit', (status) => process.exit(status ?? 1))
let budget = perTick
let waiting
setInterval(() => {
  budget = Math.min(budget + perTick, perTick)
  waiting?.()
}, 50).unref()
for await (const chunk of process.stdin) {
  for (let at = 0; at < chunk.length; ) {
    while (budget <= 0) await new Promise((resolve) => (waiting = resolve))
    const part = chunk.subarray(at, at + budget)
    budget -= part.length
    at += part.length
    if (!child.stdin.write(part)) await new Promise((resolve) => child.stdin.once('drain', resolve))
  }
}
child.stdin.end()
