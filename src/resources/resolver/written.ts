import type { LoweredStep } from '../definition.ts'

/** What is declared, without what is left out. */
export interface Wanted {
  readonly servers?: readonly string[] | undefined
  readonly search?: readonly string[] | undefined
  readonly options?: { readonly [name: string]: number | boolean | undefined } | undefined
}

/** The paths and contents of one host. */
interface Place {
  path(name: string): string
  content(text: string): string
}

/** How one manager is told. */
interface Way {
  /** What it cannot be told of this. */
  cannot(wanted: Wanted): string | undefined
  steps(wanted: Wanted, place: Place): readonly LoweredStep[]
}

/** The C library asks no more than these. */
const serverLimit = 3

/** `timeout:2`, `rotate`. */
const wordsOf = (options: Wanted['options'] = {}): readonly string[] =>
  Object.entries(options).flatMap(([name, value]) =>
    value === undefined || value === false ? [] : [value === true ? name : `${name}:${value}`],
  )

const textOf = (lines: readonly (string | undefined)[]): string =>
  lines.flatMap((line) => (line === undefined ? [] : [`${line}\n`])).join('')

const said = (name: string, words: readonly string[] | undefined, between: string): string | undefined =>
  words === undefined ? undefined : `${name}${words.join(between)}`

/** Words only where there are any. */
const some = (words: readonly string[]): readonly string[] | undefined => (words.length === 0 ? undefined : words)

const copy = (path: string, text: string, { content }: Place): LoweredStep => ({
  verb: 'COPY',
  target: path,
  args: { blob: content(text), group: 'root', mode: '0644', owner: 'root', parents: 'yes' },
})

const variables = (
  file: string,
  values: Readonly<Record<string, readonly string[] | undefined>>,
  command: string,
): readonly LoweredStep[] =>
  Object.entries(values).flatMap(([key, words]) =>
    words === undefined
      ? []
      : [
          {
            verb: 'ENV',
            target: file,
            args: { create: 'yes', key, value: words.join(' ') },
            actions: [{ verb: 'RUN', target: command }] as const,
          },
        ],
  )

const tooMany = ({ servers = [] }: Wanted): string | undefined =>
  servers.length > serverLimit
    ? `more than ${serverLimit} servers: the C library asks the first ${serverLimit}`
    : undefined

const ways: ReadonlyMap<string, Way> = new Map<string, Way>([
  [
    'file',
    {
      cannot: tooMany,
      steps: ({ servers = [], search, options }, place) => [
        copy(
          place.path('resolver-file'),
          textOf([
            said('search ', search, ' '),
            ...servers.map((server) => `nameserver ${server}`),
            said('options ', some(wordsOf(options)), ' '),
          ]),
          place,
        ),
      ],
    },
  ],
  [
    'systemd-resolved',
    {
      cannot: ({ options }) => (wordsOf(options).length === 0 ? undefined : `options (${wordsOf(options).join(', ')})`),
      steps: ({ servers, search }, place) => [
        {
          ...copy(
            `${place.path('resolved-dir')}/90-hexis.conf`,
            // An empty list first: those of files that are read before it go.
            textOf([
              '[Resolve]',
              servers && 'DNS=',
              said('DNS=', servers, ' '),
              search && 'Domains=',
              said('Domains=', search, ' '),
            ]),
            place,
          ),
          actions: [{ verb: 'RELOAD', target: 'systemd-resolved.service' }],
        },
      ],
    },
  ],
  [
    'networkmanager',
    {
      cannot: ({ servers }) => (servers === undefined ? 'search and options without servers' : undefined),
      steps: ({ servers, search, options }, place) => [
        {
          ...copy(
            `${place.path('networkmanager-config-dir')}/90-hexis-resolver.conf`,
            textOf([
              '[global-dns]',
              said('searches=', search, ','),
              said('options=', some(wordsOf(options)), ','),
              '',
              '[global-dns-domain-*]',
              said('servers=', servers, ','),
            ]),
            place,
          ),
          actions: [{ verb: 'RELOAD', target: 'NetworkManager.service' }],
        },
      ],
    },
  ],
  [
    'netconfig',
    {
      cannot: tooMany,
      steps: ({ servers, search, options }, place) =>
        variables(
          place.path('netconfig-file'),
          {
            NETCONFIG_DNS_STATIC_SERVERS: servers,
            NETCONFIG_DNS_STATIC_SEARCHLIST: search,
            NETCONFIG_DNS_RESOLVER_OPTIONS: some(wordsOf(options)),
          },
          'netconfig update -f',
        ),
    },
  ],
  [
    'openresolv',
    {
      cannot: () => undefined,
      steps: ({ servers, search, options }, place) =>
        variables(
          place.path('openresolv-file'),
          { name_servers: servers, search_domains: search, resolv_conf_options: some(wordsOf(options)) },
          'resolvconf -u',
        ),
    },
  ],
])

/** The way of a manager; undefined where nothing is known of it. */
export const wayOf = (manager: string): Way | undefined => ways.get(manager)

/** The managers that can be told. */
export const resolverManagers: readonly string[] = [...ways.keys()]
