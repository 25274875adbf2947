import { files } from './files.ts'
import { plan } from './plan.ts'
import { push } from './push.ts'
import { scale } from './scale.ts'

const usage = `usage: ./dev bench push|scale|files|plan [--json FILE] …
  push    ten hosts with systemd over ssh, 137 resources each: the first run, a run with nothing to change, the floor
          (plain ssh to all hosts at once, one stat and one sha256sum over the same 100 files), and the same work by
          ansible, puppet and cf-agent on the same hosts, in turn (--no-peers, --hosts N, --rounds N, --runs N)
  scale   1, 10 and 50 hosts with 4 resources each, and the memory that the controller needs (--hosts N,N,N, --runs N)
  files   one host with 100, 1,000 and 10,000 files (--files N,N,N, --runs N)
  plan    no hosts: 1,000 hosts × 300 resources evaluated and planned, and lists of 1,000,000 lines parsed, compared and
          formatted (--hosts N, --lines N)
Medians in seconds. A budget that is missed is said; with --strict, the exit code is 1 then.
`

type Options = (name: string) => string | undefined

const optionsOf =
  (args: readonly string[]): Options =>
  (name) => {
    const at = args.indexOf(`--${name}`)
    return at === -1 ? undefined : args[at + 1]
  }

const numbers = (text: string): readonly number[] => text.split(',').map(Number)

const commands: Readonly<Record<string, (of: Options, args: readonly string[]) => Promise<boolean>>> = {
  push: (of, args) =>
    push({
      hosts: Number(of('hosts') ?? 10),
      rounds: Number(of('rounds') ?? 2),
      runs: Number(of('runs') ?? 5),
      peers: !args.includes('--no-peers'),
      json: of('json'),
    }),
  scale: (of) => scale({ hosts: numbers(of('hosts') ?? '1,10,50'), runs: Number(of('runs') ?? 3), json: of('json') }),
  files: (of) =>
    files({ files: numbers(of('files') ?? '100,1000,10000'), runs: Number(of('runs') ?? 3), json: of('json') }),
  plan: (of) => plan({ hosts: Number(of('hosts') ?? 1000), lines: Number(of('lines') ?? 1_000_000), json: of('json') }),
}

const main = async ([command = '', ...args]: readonly string[]): Promise<number> => {
  const run = commands[command]
  if (run === undefined) {
    process.stderr.write(usage)
    return 1
  }
  const isKept = await run(optionsOf(args), args)
  return isKept || !args.includes('--strict') ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
