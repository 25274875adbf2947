import { quote } from '../text/quote.ts'

export interface Bootstrap {
  /** Random letters and digits, new for every connection. */
  readonly nonce: string
  /** Path of the shell; `/bin/sh` but in tests. */
  readonly shell: string
  readonly become: boolean
  /** The folder of a `chroot` host. */
  readonly chroot?: string
  /** There is a terminal at the other end: it must pass bytes as they are. */
  readonly terminal: boolean
}

/** What the host says on the way to a root shell; the nonce tells it from a login's greetings. */
export const marks = (nonce: string) => ({
  ready: `hexis:${nonce}:ready`,
  /** `sudo -n` is not enough; the prompt follows. */
  prompt: `hexis:${nonce}:prompt`,
  /** sudo insists on a terminal. */
  terminal: `hexis:${nonce}:terminal`,
  noSudo: `hexis:${nonce}:no-sudo`,
})

const environment =
  'LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH; export LC_ALL PATH; umask 077'

/**
 * The command line for the login shell at the other end, one line. Only plain characters stand between its single
 * quotes (no quote, backslash, exclamation mark or newline), so that fish and csh read it as a POSIX shell does. It
 * holds no script that would be read from the standard input, since some shells read ahead and would swallow data.
 */
export const bootstrapCommand = (bootstrap: Bootstrap): string => {
  const launch =
    bootstrap.chroot === undefined ? `${bootstrap.shell} -c "$1"` : `chroot "$2" ${bootstrap.shell} -c "$1"`
  const arguments_ = [
    quote(readRuntime(bootstrap)),
    ...(bootstrap.chroot === undefined ? [] : [quote(bootstrap.chroot)]),
  ]
  const stage = bootstrap.become ? becomeRoot(bootstrap, launch) : `${environment}; exec ${launch}`
  return `exec /bin/sh -c '${stage}' sh ${arguments_.join(' ')}`
}

/** Prints the nonce, then reads a line of settings, the length of the runtime, and the runtime itself. */
const readRuntime = ({ nonce, terminal }: Bootstrap): string =>
  [
    environment,
    ...(terminal ? ['stty raw -echo', 'exec 2>/dev/null'] : []),
    `n=${nonce}`,
    'echo "hexis:$n:ready"',
    'IFS= read -r HX_TEXT',
    'eval "$HX_TEXT"',
    'IFS= read -r n',
    'HX_TEXT=$(dd bs=$n count=1 iflag=fullblock 2>/dev/null)',
    'eval "$HX_TEXT"',
    'hx_serve',
  ].join('; ')

const becomeRoot = ({ nonce, terminal }: Bootstrap, launch: string): string =>
  [
    environment,
    `n=${nonce}`,
    ...(terminal ? ['stty raw -echo'] : []),
    `if [ "$(id -u)" = 0 ]; then exec ${launch}; fi`,
    'if command -v sudo >/dev/null; then e=$(sudo -n /bin/sh -c : 2>&1 </dev/null); else echo "hexis:$n:no-sudo"; exit 1; fi',
    `if [ $? = 0 ]; then exec sudo -n ${launch}; fi`,
    'case $e in *"have a tty"*) echo "hexis:$n:terminal"; exit 1;; esac',
    `exec sudo -k -S -p "hexis:$n:prompt" ${launch}`,
  ].join('; ')
