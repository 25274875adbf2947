import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/** Draws what a terminal shows of a real run as docs/pictures/drift.svg: node demo/picture.ts */
const hexisBin = join(import.meta.dirname, '../bin/hexis')
const output = join(import.meta.dirname, '../docs/pictures/drift.svg')
const esc = '\x1b'
const sgr = new RegExp(`(${esc}\\[[0-9;]*m)`)
const cursor = new RegExp(`${esc}\\[[0-9]*[A-HJKST]|${esc}\\[\\?[0-9]+[hl]`, 'g')
const lineHeight = 19
const charWidth = 8.4

const colours: Readonly<Record<string, string>> = {
  '31': '#ff7b72',
  '32': '#7ee787',
  '33': '#e3b341',
  '35': '#d2a8ff',
  '36': '#79c0ff',
  '2': '#8b949e',
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** SGR sequences as spans: colour, dim and bold are all that Hexis uses. */
const spans = (line: string): string => {
  let fill = ''
  let bold = false
  return line
    .split(sgr)
    .map((part) => {
      const code = part.startsWith(esc) ? part.slice(2, -1) : undefined
      if (code === undefined)
        return part === ''
          ? ''
          : `<tspan${fill === '' ? '' : ` fill="${fill}"`}${bold ? ' font-weight="bold"' : ''}>${escaped(part)}</tspan>`
      if (code === '1') bold = true
      else if (code === '22' || code === '39' || code === '0') {
        fill = code === '22' && fill !== colours['2'] ? fill : ''
        if (code !== '39') bold = false
      } else fill = colours[code] ?? fill
      return ''
    })
    .join('')
}

const svg = (lines: readonly string[]): string => {
  const width = Math.ceil(Math.max(...lines.map((l) => stripVTControlCharacters(l).length)) * charWidth + 32)
  const height = lines.length * lineHeight + 28
  const text = lines
    .map((line, i) => `<text x="16" y="${28 + i * lineHeight}" xml:space="preserve">${spans(line)}</text>`)
    .join('\n')
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">
${text}
</g>
</svg>
`
}

const site = `import { defineSite } from 'hexis'
import { file, line } from 'hexis/resources'

export default defineSite({
  id: 'shop',
  hosts: { web1: { connection: 'directory', root: './web1', os: 'debian/12', labels: { role: 'web' } } },
  configure(host) {
    file('/etc/app.conf', { content: 'workers = 8\\nlisten = 127.0.0.1:8080\\n', mode: '0644' })
    line('/etc/hosts', { id: 'db', match: /\\sdb$/, line: '10.0.0.5 db' })
    file('/etc/motd', { content: \`Welcome to \${host.name}\\n\` })
  },
})
`

const folder = mkdtempSync(join(tmpdir(), 'hexis-picture-'))
try {
  mkdirSync(join(folder, 'web1/etc'), { recursive: true })
  writeFileSync(join(folder, 'web1/etc/hosts'), '127.0.0.1 localhost\n')
  writeFileSync(join(folder, 'web1/etc/motd'), 'Debian GNU/Linux\n')
  writeFileSync(join(folder, 'site.ts'), site)
  const shown: string[] = []
  const hexis = (...args: readonly string[]): void => {
    const env = { ...process.env, FORCE_COLOR: '1' }
    // A terminal of its own, so that the picture is what a person sees.
    const command = [hexisBin, ...args].join(' ')
    const ran = spawnSync('script', ['-qec', command, '/dev/null'], { cwd: folder, env, encoding: 'utf8' })
    const lines = ran.stdout.replaceAll('\r', '').replaceAll(cursor, '').trimEnd()
    const kept = lines
      .split('\n')
      .filter((line) => !/^\w+ {2}(analysing|sending|\[)/.test(stripVTControlCharacters(line)))
    shown.push(`\x1b[1m$ hexis ${args.join(' ')}\x1b[0m`, ...kept, '')
  }
  hexis('up', '--yes')
  appendFileSync(join(folder, 'web1/etc/app.conf'), 'debug = true\n')
  hexis('drift')
  mkdirSync(join(output, '..'), { recursive: true })
  writeFileSync(output, svg(shown.slice(0, -1)))
  process.stdout.write(`${shown.join('\n')}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
