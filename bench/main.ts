import { push } from './push.ts'

const usage = `usage: ./dev bench push [--json FILE] [--hosts N] [--runs N]
  ten hosts with systemd over ssh, 137 resources each: the first run, a run with nothing to change, and the floor
  (plain ssh to all hosts at once, one stat and one sha256sum over the same 100 files); medians in seconds
`

const optionOf = (args: readonly string[], name: string): string | undefined => {
  const at = args.indexOf(`--${name}`)
  return at === -1 ? undefined : args[at + 1]
}

const main = async ([command, ...args]: readonly string[]): Promise<number> => {
  if (command !== 'push') {
    process.stderr.write(usage)
    return 1
  }
  const json = optionOf(args, 'json')
  await push({
    hosts: Number(optionOf(args, 'hosts') ?? 10),
    runs: Number(optionOf(args, 'runs') ?? 5),
    ...(json === undefined ? {} : { json }),
  })
  return 0
}

process.exitCode = await main(process.argv.slice(2))
