import type { ArgumentSpec, CommandSpec, OptionSpec } from '../src/cli/command.ts'
import { exits } from '../src/cli/exit.ts'
import { globals } from '../src/cli/table/options.ts'
import { commands } from '../src/cli/table/table.ts'

/** Text that troff prints as it is. */
const plain = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replace(/^\./gm, '\\&.')
    .replace(
      /[^\x20-\x7e\n]/gu,
      (letter) => `\\[u${letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`,
    )

/** A sentence of the command table: what stands in backticks is bold. */
const prose = (text: string): string =>
  text
    .split('`')
    .map((part, at) => (at % 2 === 1 ? `\\fB${plain(part)}\\fR` : plain(part)))
    .join('')

const argument = (spec: ArgumentSpec): string => {
  const name = `\\fI${plain(spec.name)}\\fR${spec.variadic ? ' ...' : ''}`
  return spec.required ? name : `[${name}]`
}

const option = (spec: OptionSpec): string => {
  const value = spec.value === undefined ? '' : ` \\fI${plain(spec.value)}\\fR`
  const short = spec.short === undefined ? '' : `\\fB\\-${spec.short}\\fR, `
  const choices = spec.choices === undefined ? '' : ` (${spec.choices.join(', ')})`
  return `.TP\n${short}\\fB\\-\\-${plain(spec.name)}\\fR${value}\n${prose(spec.summary)}${choices}`
}

const command = (spec: CommandSpec): string =>
  [
    `.SS "hexis ${plain(spec.name)}"`,
    `\\fBhexis ${plain(spec.name)}\\fR${spec.options.length === 0 ? '' : ' [\\fIoptions\\fR]'} ${spec.args.map(argument).join(' ')}`,
    '.PP',
    `${prose(`${spec.summary.charAt(0).toUpperCase()}${spec.summary.slice(1)}.`)}`,
    prose(spec.detail),
    ...spec.args.map((one) => `.TP\n\\fI${plain(one.name)}\\fR\n${prose(one.summary)}`),
    ...spec.options.map(option),
    ...spec.examples.map((one) => `.PP\n.EX\n  ${plain(one.run)}\n.EE\n.RS 4\n${prose(one.does)}\n.RE`),
  ].join('\n')

const meanings: Readonly<Record<keyof typeof exits, string>> = {
  converged: 'Done; hosts are as declared.',
  usage: 'The command line or the configuration is wrong.',
  pending: 'Changes are pending (with \\fB\\-\\-detailed\\-exitcode\\fR), or were declined.',
  failed: 'A host failed, or refused.',
  unreachable: 'A host was not reached.',
  drift: 'A host has drifted.',
  interrupted: 'Interrupted.',
}

const isExit = (name: string): name is keyof typeof exits => name in meanings

const exitRows = (): readonly string[] =>
  Object.entries(exits).map(([name, code]) => `.TP\n\\fB${code}\\fR\n${isExit(name) ? meanings[name] : ''}`)

/** hexis(1), from the command table. `day` is the day of the commit. */
export const manual = (version: string, day: string): string => {
  const sections = [...new Set(commands.map((spec) => spec.section))]
  return `${[
    `.TH HEXIS 1 "${day}" "Hexis ${version}" "User commands"`,
    '.SH NAME',
    'hexis \\- bring machines to a declared state, and take every change back',
    '.SH SYNOPSIS',
    '\\fBhexis\\fR [\\fIoptions\\fR] \\fICOMMAND\\fR ...',
    '.SH DESCRIPTION',
    prose(
      'Machines are described in `site.ts` or `hexis.yaml`. Hexis compares that with what each host has, shows the difference, carries it out under a journal, and looks again. What is no longer declared is undone, and any generation can be brought back.',
    ),
    '.PP',
    prose('`hexis resource` says what can be declared, and `hexis help COMMAND` prints one part of this page.'),
    ...sections.flatMap((section) => [
      `.SH ${plain(section.toUpperCase())}`,
      ...commands.filter((spec) => spec.section === section).map(command),
    ]),
    '.SH OPTIONS OF EVERY COMMAND',
    ...globals.map(option),
    '.SH EXIT STATUS',
    ...exitRows(),
    '.SH FILES',
    `.TP\n\\fB/var/lib/hexis\\fR\nOn managed hosts: ledger, generations, journals and earlier contents, for root only.`,
    `.TP\n\\fB.hexis/\\fR\nBeside the configuration: facts of hosts, and the types for the editor.`,
    '.SH SEE ALSO',
    '\\fBssh\\fR(1), \\fBgit\\fR(1), \\fBsystemctl\\fR(1)',
  ].join('\n')}\n`
}
