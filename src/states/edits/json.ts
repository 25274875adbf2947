import type { Args } from '../../steps/step.ts'
import type { Edit, Edited } from './edit.ts'
import { isAbsent } from './entry-lines.ts'
import { type JsonMember, type JsonNode, readJson } from './json-tree.ts'
import {
  atOf,
  cannotEdit,
  type Data,
  emptyMark,
  emptyMarked,
  lineAt,
  pointer,
  same,
  wantedValue,
  wrapped,
} from './pointer.ts'
import { sureEdit } from './sure-edit.ts'

/** What of a path is there: the nodes from the root on, and the members that lead to them. */
interface Found {
  readonly nodes: readonly JsonNode[]
  /** The member that leads to the node of the same index; undefined for the root and items of a list. */
  readonly members: readonly (JsonMember | undefined)[]
}

const find = (text: string, root: JsonNode, at: readonly string[]): Found => {
  const nodes = [root]
  const members: (JsonMember | undefined)[] = [undefined]
  for (const [depth, key] of at.entries()) {
    const node = nodes.at(-1) ?? root
    // Of equal keys, programs take the last.
    const member = node.members?.findLast((m) => m.key === key)
    const next = node.members === undefined ? node.items?.[/^\d+$/.test(key) ? Number(key) : -1] : member?.node
    if (next === undefined && node.members === undefined) {
      const what = node.items === undefined ? 'no object' : `a list of ${node.items.length} without an item ${key}`
      const place = depth === 0 ? 'the whole' : pointer(at.slice(0, depth))
      throw cannotEdit(`${pointer(at)} cannot be set: ${place} is ${what}`, `Line ${lineAt(text, node.from)}.`)
    }
    if (next === undefined) break
    nodes.push(next)
    members.push(member)
  }
  return { nodes, members }
}

const indentAt = (text: string, at: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1, at))?.[0] ?? ''

/** Index of the first of the spaces before a position. */
const spaceBefore = (text: string, at: number): number => text.slice(0, at).trimEnd().length

interface Layout {
  readonly newline: string
  /** One step of indentation; undefined where all is on one line. */
  readonly unit: string | undefined
}

const layoutOf = (text: string, root: JsonNode | undefined): Layout => {
  const first = root?.members?.[0]
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  if (first === undefined) return { newline, unit: '  ' }
  if (!text.slice(root?.from, first.from).includes('\n')) {
    return { newline, unit: text.slice(root?.from, root?.to).includes('\n') ? '  ' : undefined }
  }
  return { newline, unit: indentAt(text, first.from) || '  ' }
}

const spelled = (value: Data, indent: string, { newline, unit }: Layout): string =>
  unit === undefined ? JSON.stringify(value) : JSON.stringify(value, null, unit).replaceAll('\n', `${newline}${indent}`)

/** As the only member of an object without any. */
const intoEmpty = (text: string, node: JsonNode, key: string, value: Data, layout: Layout): string => {
  const inside = text.slice(node.from + 1, node.to - 1).trimEnd()
  const indent = indentAt(text, node.from)
  if (layout.unit === undefined && inside === '')
    return `${text.slice(0, node.from)}{${JSON.stringify(key)}:${spelled(value, '', layout)}}${text.slice(node.to)}`
  const inner = `${indent}${layout.unit ?? '  '}`
  const member = `${JSON.stringify(key)}: ${spelled(value, inner, layout)}`
  const body = `${inside}${layout.newline}${inner}${member}${layout.newline}${indent}`
  return `${text.slice(0, node.from)}{${body}}${text.slice(node.to)}`
}

/** Behind the last member, written as that one is; a comment on its line stays with it. */
const behind = (
  text: string,
  members: readonly JsonMember[],
  last: JsonMember,
  key: string,
  value: Data,
  layout: Layout,
): string => {
  const space = text.slice(spaceBefore(text, last.from), last.from)
  const lines = space.includes('\n')
  const colon = /^[\s]*:[ \t]*$/.test(last.colon) ? last.colon : ': '
  const indent = space.slice(space.lastIndexOf('\n') + 1)
  const airy = members.length === 1 && /\s$/.test(colon) ? ' ' : space
  const before = lines ? `${layout.newline}${indent}` : airy
  const own = lines ? layout : { ...layout, unit: undefined }
  const member = `${before}${JSON.stringify(key)}${colon}${spelled(value, indent, own)}`
  const end = last.comma === undefined ? last.node.to : last.comma + 1
  const comment = /^[ \t]*(?:\/\/[^\r\n]*|\/\*[^\n]*?\*\/(?=[ \t]*\r?\n))/.exec(text.slice(end))
  const place = lines && comment !== null ? end + comment[0].length : end
  const comma = last.comma === undefined ? ',' : ''
  const trailing = last.comma === undefined ? '' : ','
  return `${text.slice(0, last.node.to)}${comma}${text.slice(last.node.to, place)}${member}${trailing}${text.slice(place)}`
}

const put = (text: string, args: Args): Edited => {
  const value = wantedValue(args)
  const at = atOf(args)
  const root = readJson(text)
  const layout = layoutOf(text, root)
  if (root === undefined)
    return { text: `${spelled(wrapped(at, value), '', layout)}${layout.newline}`, had: emptyMark(0, text) }
  const { nodes, members } = find(text, root, at)
  const node = nodes.at(-1) ?? root
  const missing = at.slice(nodes.length - 1)
  const [key, ...deeper] = missing
  if (key === undefined) {
    const had = text.slice(node.from, node.to)
    if (same(node.value, value)) return { text, had }
    const start = members.at(-1)?.from ?? node.from
    const own = text.slice(root.from, start).includes('\n') ? layout : { ...layout, unit: undefined }
    return {
      text: `${text.slice(0, node.from)}${spelled(value, indentAt(text, start), own)}${text.slice(node.to)}`,
      had,
    }
  }
  const inner = wrapped(deeper, value)
  const last = node.members?.at(-1)
  if (last === undefined)
    return {
      text: intoEmpty(text, node, key, inner, layout),
      had: emptyMark(nodes.length - 1, text.slice(node.from, node.to)),
    }
  return { text: behind(text, node.members ?? [], last, key, inner, layout), had: undefined }
}

/** The text without one member, its comma, and the line that it alone stood on. */
const withoutMember = (text: string, object: JsonNode, member: JsonMember): string => {
  const members = object.members ?? []
  const before = members[members.indexOf(member) - 1]
  const to = member.comma === undefined ? member.node.to : member.comma + 1
  const space = spaceBefore(text, member.from)
  // The line end of a comment stays, unless another follows.
  const gap = text.slice(before === undefined ? object.from + 1 : before.node.to, space)
  const open = /\/\/[^\n]*$/.test(gap) && !/^[ \t]*\r?\n/.test(text.slice(to))
  const from = open ? text.indexOf('\n', space) + 1 : space
  if (member.comma !== undefined || before?.comma === undefined) return `${text.slice(0, from)}${text.slice(to)}`
  return `${text.slice(0, before.comma)}${text.slice(before.comma + 1, Math.max(from, before.comma + 1))}${text.slice(to)}`
}

const takeOut = (text: string, args: Args): Edited => {
  const at = atOf(args)
  const root = readJson(text)
  if (root === undefined) return { text, had: '' }
  const { nodes, members } = reach(text, root, at)
  const [object, node, member] = [nodes.at(-2), nodes.at(-1), members.at(-1)]
  if (nodes.length <= at.length || object === undefined || node === undefined) return { text, had: '' }
  if (member === undefined) throw cannotEdit(`${pointer(at)} cannot be taken out of a list`, 'Other items would move.')
  // Where a key stands there twice, both go; programs took the last.
  return { text: takeOut(withoutMember(text, object, member), args).text, had: text.slice(node.from, node.to) }
}

/** As `find`, but what leads nowhere has nothing in it. */
const reach = (text: string, root: JsonNode, at: readonly string[]): Found => {
  try {
    return find(text, root, at)
  } catch {
    return { nodes: [], members: [] }
  }
}

/** Takes out the member, and with it the objects that hold nothing else, down to that depth. */
const pruned = (text: string, { nodes, members }: Found, least: number): string => {
  let depth = nodes.length - 1
  while (depth - 1 > least && nodes[depth - 1]?.members?.length === 1) depth--
  const [object, member] = [nodes[depth - 1], members[depth]]
  if (object === undefined || member === undefined) return text
  if (depth === 1 && object.members?.length === 1) return `${text.slice(0, object.from)}{}${text.slice(object.to)}`
  return withoutMember(text, object, member)
}

/** `JSON /etc/app.json at=/server/port value=8080`: one value of a JSON file; comments may be in it. */
export const jsonEdit: Edit = sureEdit({
  verb: 'JSON',
  part: (args) => args.at ?? '',
  wanted: (args) => (isAbsent(args) ? '' : (args.value ?? '')),
  isNothing: (text) => /^\s*(\{\s*\}\s*)?$/.test(text),
  apply: (text, args) => (isAbsent(args) ? takeOut(text, args) : put(text, args)),
  undo(text, args, had) {
    const at = atOf(args)
    const root = isAbsent(args) ? undefined : readJson(text)
    if (root === undefined) return text
    const found = reach(text, root, at)
    const node = found.nodes.at(-1)
    // Somebody else changed the value: it is theirs now and stays.
    if (found.nodes.length <= at.length || node === undefined || !same(node.value, wantedValue(args))) return text
    const empty = emptyMarked(had)
    if (empty !== undefined) {
      const alone = found.nodes.slice(empty.depth, -1).every((n) => n.members?.length === 1)
      const outer = found.nodes[empty.depth]
      if (!alone || outer === undefined) return pruned(text, found, empty.depth)
      return empty.depth === 0 && empty.text.trim() === ''
        ? empty.text
        : `${text.slice(0, outer.from)}${empty.text}${text.slice(outer.to)}`
    }
    if (had === undefined) return pruned(text, found, 0)
    if (same(readJson(had)?.value, wantedValue(args))) return text
    return `${text.slice(0, node.from)}${had}${text.slice(node.to)}`
  },
})
