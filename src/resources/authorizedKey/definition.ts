import { z } from 'zod'
import type { LowerContext, LoweredStep } from '../definition.ts'
import { defineResource, type Shape } from '../definition.ts'
import { accountName, argsFrom, normalPath, onlyYes, ownPath, singleLine } from '../properties.ts'
import type { AuthorizedKeyProps } from './authorized-key.ts'
import { publicKey } from './authorized-key.ts'

const schema = z.strictObject({
  key: z
    .string()
    .refine(
      (key) => publicKey(key) !== undefined,
      "it is a public key as ssh-keygen writes it: 'ssh-ed25519 AAAA… name'",
    )
    .describe('The public key as ssh-keygen writes it.'),
  options: z.array(singleLine.min(1)).optional().describe('Options before the key.'),
  file: ownPath.optional().describe("The file; left out: .ssh/authorized_keys in the user's home."),
  absent: z.boolean().optional().describe('The key shall not be there.'),
} satisfies Omit<Shape<AuthorizedKeyProps>, 'mode'>)

const identity = z.string().superRefine((id, context) => {
  const parsed = accountName.safeParse(id.split('/')[0])
  for (const issue of parsed.error?.issues ?? []) context.addIssue({ code: 'custom', message: issue.message })
})

interface Account {
  readonly home: string
  readonly group: string | undefined
}

/** Home and primary group as this host declares them, else as the operating system makes them. */
const accountOf = (name: string, context: LowerContext): Account => {
  const props = context.resources.find((one) => one.type === 'user' && one.id === name)?.props
  const home = props?.home
  const group = props?.group
  const usual =
    name === 'root'
      ? context.profile.name('paths', 'root-home')
      : `${context.profile.name('paths', 'home-dir')}/${name}`
  return {
    home: typeof home === 'string' ? normalPath(home) : usual,
    group: typeof group === 'string' ? context.profile.name('groups', group) : name === 'root' ? 'root' : undefined,
  }
}

/** For a text inside a regular expression. */
const quoted = (text: string): string => text.replace(/[+/=]/g, (char) => `[${char}]`)

export const authorizedKeyResource = defineResource({
  type: 'authorizedKey',
  summary: 'a public key that may log in as a user',
  detail: `Known by the key itself: other options or another comment are an update. Other keys stay.
The directory .ssh is made with the permissions that sshd wants. A user that this config does not declare is taken
to live in /home/NAME; give \`file\` where that is not so.`,
  reversal: 'Exact: that line alone goes.',
  identity: { name: 'user', summary: 'Login name of the user.', schema: identity },
  schema,
  examples: [
    {
      id: 'alice',
      props: { key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4vZ1Tx1Xj2Yw4cHn0h6q8f0b3yYk0Q5mXo1dYl2s3t alice@laptop' },
    },
  ],
  lower(id, props, context) {
    const name = id.split('/')[0] ?? id
    const parts = publicKey(props.key)
    if (parts === undefined) return { steps: [] }
    const account = accountOf(name, context)
    const folder = `${account.home}/.ssh`
    const target = props.file === undefined ? `${folder}/authorized_keys` : normalPath(props.file)
    const options = props.options === undefined || props.options.length === 0 ? '' : `${props.options.join(',')} `
    const comment = parts.comment === '' ? '' : ` ${parts.comment}`
    const args = argsFrom({
      id: id.split('/')[1] ?? parts.body.slice(-16),
      line: props.absent === true ? undefined : `${options}${parts.type} ${parts.body}${comment}`,
      match: `(^|\\s)${quoted(parts.body)}(\\s|$)`,
      absent: onlyYes(props.absent),
      ...(props.absent === true ? {} : { create: 'yes', mode: '0600', owner: name, group: account.group }),
    })
    const steps: LoweredStep[] = [{ verb: 'LINE', target, args }]
    if (props.file === undefined && props.absent !== true) {
      steps.unshift({
        verb: 'DIR',
        target: folder,
        args: argsFrom({ mode: '0700', owner: name, group: account.group }),
      })
    }
    return { steps }
  },
})
