/** Where something begins in a template, in characters from its start. */
interface Placed {
  readonly at: number
}

export type Node =
  | { readonly is: 'text'; readonly text: string }
  | ({ readonly is: 'value'; readonly name: string } & Placed)
  | ({ readonly is: 'each'; readonly name: string; readonly body: readonly Node[] } & Placed)
  | ({
      readonly is: 'if'
      readonly name: string
      readonly body: readonly Node[]
      readonly otherwise: readonly Node[]
    } & Placed)

export interface TemplateMistake extends Placed {
  readonly code: 'template-syntax' | 'template-variable'
  readonly summary: string
  readonly hint?: string
}

export type Parsed =
  | { readonly nodes: readonly Node[]; readonly mistake?: undefined }
  | { readonly mistake: TemplateMistake; readonly nodes?: undefined }

/** What opens and closes a tag. */
type Delimiters = readonly [open: string, close: string]

/** Deeper than anybody nests. */
const depthLimit = 32

type Token = { readonly is: 'text'; readonly text: string } | ({ readonly is: 'tag'; readonly body: string } & Placed)

const namePattern = /^(this|@key|[A-Za-z_][A-Za-z0-9_]*)(\.([A-Za-z_][A-Za-z0-9_-]*|[0-9]{1,6}))*$/
/** Tags that print nothing: alone on a line, they take the line with them. */
const silent = /^([#/!]|else$)/

const syntax = (at: number, summary: string, hint?: string): { readonly mistake: TemplateMistake } => ({
  mistake: { code: 'template-syntax', at, summary, ...(hint === undefined ? {} : { hint }) },
})

/** What stands from here to the end of the line, if it is blank. */
const restOfLine = (text: string, from: number): string | undefined => {
  const blank = /[ \t]*(?:\r?\n|$)/y
  blank.lastIndex = from
  return blank.exec(text)?.[0]
}

/** The text and tags of a template, in order. */
const tokensOf = (
  text: string,
  [open, close]: Delimiters,
): { readonly tokens: readonly Token[] } | { readonly mistake: TemplateMistake } => {
  const tokens: Token[] = []
  let from = 0
  const say = (to: number): void => {
    if (to > from) tokens.push({ is: 'text', text: text.slice(from, to) })
  }
  for (let at = text.indexOf(open); at !== -1; at = text.indexOf(open, from)) {
    if (text[at - 1] === '\\') {
      // Without its backslash the mark stands for itself.
      say(at - 1)
      tokens.push({ is: 'text', text: open })
      from = at + open.length
      continue
    }
    const end = text.indexOf(close, at + open.length)
    if (end === -1)
      return syntax(at, `${open} is not closed by ${close}`, `Write \\${open} for a ${open} that stands for itself.`)
    const body = text.slice(at + open.length, end).trim()
    const lineStart = text.lastIndexOf('\n', at - 1) + 1
    const rest = restOfLine(text, end + close.length)
    const alone =
      silent.test(body) && rest !== undefined && lineStart >= from && /^[ \t]*$/.test(text.slice(lineStart, at))
    say(alone ? lineStart : at)
    tokens.push({ is: 'tag', body, at })
    from = end + close.length + (alone ? rest.length : 0)
  }
  say(text.length)
  return { tokens }
}

interface Open extends Placed {
  readonly word: 'each' | 'if'
  readonly name: string
  readonly body: Node[]
  otherwise?: Node[]
}

/** The nodes of a template; or the first thing that is wrong with it. */
export const parseTemplate = (text: string, delimiters: Delimiters): Parsed => {
  const read = tokensOf(text, delimiters)
  if ('mistake' in read) return read
  const top: Node[] = []
  const open: Open[] = []
  const into = (): Node[] => {
    const block = open.at(-1)
    return block === undefined ? top : (block.otherwise ?? block.body)
  }
  for (const token of read.tokens) {
    if (token.is === 'text') into().push(token)
    else {
      const mistake = takeTag(token.body, token.at, open, into)
      if (mistake !== undefined) return mistake
    }
  }
  const left = open.at(-1)
  return left === undefined
    ? { nodes: top }
    : syntax(left.at, `#${left.word} ${left.name} is not closed by /${left.word}`)
}

const takeTag = (
  body: string,
  at: number,
  open: Open[],
  into: () => Node[],
): { readonly mistake: TemplateMistake } | undefined => {
  if (body.startsWith('!')) return undefined
  const block = open.at(-1)
  if (body === 'else') {
    if (block?.word !== 'if' || block.otherwise !== undefined) return syntax(at, 'else belongs into an #if, once')
    block.otherwise = []
    return undefined
  }
  const [, mark = '', word = '', name = ''] = /^([#/])([a-z]*)[ \t]*(.*)$/s.exec(body) ?? [undefined, '', '', body]
  if (mark === '/') {
    if (block === undefined || block.word !== word || name !== '')
      return syntax(
        at,
        `/${word} closes nothing`,
        block === undefined ? undefined : `The open one is #${block.word} ${block.name}.`,
      )
    open.pop()
    into().push(closed(block))
    return undefined
  }
  if (!namePattern.test(name))
    return syntax(
      at,
      `'${name}' is no name of a variable`,
      'There are NAME, NAME.PART, #each NAME, #if NAME, else, /each, /if and ! comments; anything more is for the config.',
    )
  if (mark === '') into().push({ is: 'value', name, at })
  else if (word !== 'each' && word !== 'if') return syntax(at, `there is no #${word}`, 'There are #each and #if.')
  else if (open.length >= depthLimit) return syntax(at, `blocks are nested more than ${depthLimit} deep`)
  else open.push({ word, name, at, body: [] })
  return undefined
}

const closed = ({ word, name, at, body, otherwise = [] }: Open): Node =>
  word === 'each' ? { is: 'each', name, at, body } : { is: 'if', name, at, body, otherwise }
