import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commit, type Stage, setStage } from './stage.ts'

const hexisBin = join(import.meta.dirname, '../bin/hexis')
const colour = process.stdout.isTTY === true && process.env.NO_COLOR === undefined
const bold = (text: string): string => (colour ? `\x1b[1m${text}\x1b[0m` : text)
const faint = (text: string): string => (colour ? `\x1b[2m${text}\x1b[0m` : text)
const say = (text: string): void => void process.stdout.write(`${text}\n`)
const chapter = (text: string): void => say(`\n${bold(`── ${text}`)}`)

/** Runs hexis as a person would see it; ends the demo where it does not do what is told of it. */
const hexis = (stage: Stage, args: readonly string[], status = 0): void => {
  say(`\n${bold(`$ hexis ${args.join(' ')}`)}`)
  const ran = spawnSync(hexisBin, args, { cwd: stage.folder, stdio: ['ignore', 'inherit', 'inherit'] })
  if (ran.status !== status) throw new Error(`hexis ${args[0]} ended with ${ran.status}, not ${status}`)
  if (status !== 0) say(faint(`(exit code ${status})`))
}

const byHand = (stage: Stage, host: string, command: string): void => {
  say(`\n${bold(`${host}# ${command}`)}`)
  stage.on(host, command)
}

const snapshots = (stage: Stage): ReadonlyMap<string, readonly string[]> =>
  new Map(stage.hosts.map((host) => [host, stage.snapshot(host)]))

/** Says that the hosts are as they were then, or shows where they are not and ends the demo. */
const compare = (stage: Stage, then: ReadonlyMap<string, readonly string[]>, when: string): void => {
  for (const host of stage.hosts) {
    const [was, now] = [new Set(then.get(host)), new Set(stage.snapshot(host))]
    const differences = [
      ...[...was].filter((line) => !now.has(line)).map((line) => `- ${line}`),
      ...[...now].filter((line) => !was.has(line)).map((line) => `+ ${line}`),
    ]
    if (differences.length > 0) throw new Error(`${host} is not as ${when}:\n${differences.join('\n')}`)
    say(`${host}: ${now.size} paths, all as ${when} (type, mode, owner, content, links, attributes, ACLs)`)
  }
}

const play = (stage: Stage): void => {
  const untouched = snapshots(stage)
  chapter('A config describes three hosts. The first run shows what it will do, and does it.')
  say(readFileSync(join(stage.folder, 'site.ts'), 'utf8').trimEnd())
  hexis(stage, ['check'])
  hexis(stage, ['up', '--yes'])
  const first = snapshots(stage)

  chapter('The second run finds nothing to do.')
  hexis(stage, ['up', '--yes'])

  chapter('Somebody edits a managed file by hand.')
  byHand(
    stage,
    'web1',
    stage.real ? 'echo "Bob was here" >> /etc/motd; systemctl stop shop' : 'echo "Bob was here" >> /etc/motd',
  )
  hexis(stage, ['drift'], 5)
  hexis(stage, ['up', '--yes'])

  chapter('Two declarations are taken out of the config: what they did is undone.')
  const site = join(stage.folder, 'site.ts')
  const kept = readFileSync(site, 'utf8')
    .split('\n')
    .filter((line) => !/\/etc\/motd|link\('/.test(line))
  writeFileSync(site, kept.join('\n').replace(' link,', ''))
  commit(stage.folder, 'No message of the day')
  hexis(stage, ['up', '--yes'])
  hexis(stage, ['log', 'web1'])
  hexis(stage, ['diff', 'web1', '1', '2'])

  chapter('Back to the first generation.')
  for (const host of stage.hosts) hexis(stage, ['rollback', '--on', host, '--to', '1', '--yes'])
  compare(stage, first, 'after the first run')

  chapter('Back to before Hexis.')
  for (const host of stage.hosts) hexis(stage, ['rollback', '--on', host, '--to', '0', '--yes'])
  compare(stage, untouched, 'before Hexis')
}

const main = async (): Promise<number> => {
  const real = process.getuid?.() === 0 && !process.argv.includes('--folders')
  say(
    real
      ? 'Three Debian hosts with systemd are started, reached by ssh …'
      : 'Without root the hosts are folders: files, directories and links only. As root the demo has real hosts.',
  )
  const stage = await setStage(real)
  try {
    play(stage)
    say(`\n${bold('That was Hexis.')} The hosts of the demo are gone again.`)
    return 0
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  } finally {
    await stage.strike()
  }
}

process.exitCode = await main()
