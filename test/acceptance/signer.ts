import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A gpg of its own, with one key. */
export interface Signer {
  /** Armoured. */
  readonly key: string
  readonly fingerprint: string
  gpg(...args: readonly string[]): string
  dispose(): void
}

export const newSigner = (algorithm = 'ed25519'): Signer => {
  const home = mkdtempSync(join(tmpdir(), 'hexis-signer-'))
  const gpg = (...args: readonly string[]): string =>
    execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--yes', '--passphrase', '', ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    })
  gpg('--quick-generate-key', 'Shop <shop@example.org>', algorithm, 'sign', 'never')
  return {
    gpg,
    key: gpg('--export', '--armor'),
    fingerprint: /^fpr:+([0-9A-F]{40})/m.exec(gpg('--with-colons', '--list-keys'))?.[1] ?? '',
    dispose: () => {
      execFileSync('gpgconf', ['--homedir', home, '--kill', 'all'], { stdio: 'ignore' })
      rmSync(home, { recursive: true, force: true })
    },
  }
}
