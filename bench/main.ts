import { plan } from './plan.ts'
import { push } from './push.ts'

const usage = `usage: ./dev bench push [--json FILE] [--hosts N] [--runs N]
  ten hosts with systemd over ssh, 137 resources each: the first run, a run with nothing to change, and the floor
  (plain ssh to all hosts at once, one stat and one sha256sum over the same 100 files); medians in seconds

       ./dev bench plan [--json FILE] [--hosts N] [--lines N]
  no hosts: evaluating and planning 1,000 hosts of 300 resources, and lists of 1,000,000 lines parsed, compared and
  formatted; exits 1 where a budget is missed
`

const optionOf = (args: readonly string[], name: string): string | undefined => {
  const at = args.indexOf(`--${name}`)
  return at === -1 ? undefined : args[at + 1]
}

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<boolean>>> = {
  push: async (args) => {
    await push({
      hosts: Number(optionOf(args, 'hosts') ?? 10),
      runs: Number(optionOf(args, 'runs') ?? 5),
      json: optionOf(args, 'json'),
    })
    return true
  },
  plan: (args) =>
    plan({
      hosts: Number(optionOf(args, 'hosts') ?? 1000),
      lines: Number(optionOf(args, 'lines') ?? 1_000_000),
      json: optionOf(args, 'json'),
    }),
}

const main = async ([command = '', ...args]: readonly string[]): Promise<number> => {
  const run = commands[command]
  if (run === undefined) {
    process.stderr.write(usage)
    return 1
  }
  return (await run(args)) ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
