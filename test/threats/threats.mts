/**
 * The threats: who may do what harm, and which boundary it would cross. Permanent ids. SECURITY.md has a row for each with
 * what holds it; `npm run threats` counts what was tried against each.
 */

/** What is promised; each threat is against one or more of these. */
export const boundaries = {
  B1: 'which bytes run, and as which format',
  B2: 'which hosts and addresses get requests',
  B3: 'which hosts get which secrets',
  B4: 'nobody else, and no response, changes B1 by way of the cache or the lock',
  B5: 'hostile input costs bounded time, memory, disk and terminal',
} as const

export type Boundary = keyof typeof boundaries

export interface Threat {
  readonly harm: string
  readonly against: readonly Boundary[]
}

/** Id → threat. */
export const threats = {
  T01: {
    harm: 'A man in the middle of an `http:` connection puts in code',
    against: ['B1'],
  },
  T02: {
    harm: '`https:` becomes `http:` by a redirect or an import, and then the same',
    against: ['B1'],
  },
  T03: {
    harm: 'A server with a bad certificate is believed: unknown authority, expired, another name, old TLS',
    against: ['B1', 'B3'],
  },
  T04: {
    harm: 'A module is imported from a host that nobody listed: its code runs, or a URL carries data to it',
    against: ['B1', 'B2'],
  },
  T05: {
    harm: 'A listed host redirects to one that is not listed',
    against: ['B1', 'B2'],
  },
  T06: {
    harm: 'A redirect leads to `file:`, `data:`, `blob:`, `node:` or a scheme that nobody knows',
    against: ['B1'],
  },
  T07: {
    harm: 'A host is spelt so that the check and the connection mean different ones',
    against: ['B2'],
  },
  T08: {
    harm: 'A name that is allowed resolves to a private, link-local or loopback address',
    against: ['B2'],
  },
  T09: {
    harm: 'A name resolves to another address between the check and the connection',
    against: ['B2'],
  },
  T10: {
    harm: 'Proxy variables send requests elsewhere, and hide what address they go to',
    against: ['B2', 'B3'],
  },
  T11: {
    harm: 'Secrets follow a redirect to another origin',
    against: ['B3'],
  },
  T12: {
    harm: 'Secrets end in URLs, the lock, the cache, logs, errors, stacks or source maps',
    against: ['B3'],
  },
  T13: {
    harm: "An answer to one's credentials is given to another",
    against: ['B3', 'B4'],
  },
  T14: {
    harm: 'The bytes behind a URL change: a sold host, a moved tag, an answer that depends on who asks',
    against: ['B1'],
  },
  T15: {
    harm: 'The lock is edited in a pull request so that it pins less than it seems to',
    against: ['B1', 'B4'],
  },
  T16: {
    harm: 'The same bytes are served as another type, and mean something else',
    against: ['B1'],
  },
  T17: {
    harm: 'An error page, an upload or JSON runs as JavaScript',
    against: ['B1'],
  },
  T18: {
    harm: 'A module of the network reaches local things: files, packages, builtins, texts that import those',
    against: ['B1'],
  },
  T19: {
    harm: 'A path in a specifier leaves its repository, its origin or the cache',
    against: ['B1', 'B2', 'B4'],
  },
  T20: {
    harm: 'A line break or NUL in a field, a path or a ref makes another request of one',
    against: ['B2', 'B3'],
  },
  T21: {
    harm: 'A query or a fragment makes something else of a file: another type, another block, a local secret',
    against: ['B1'],
  },
  T22: {
    harm: 'Parsed data changes the prototypes of the process',
    against: ['B1', 'B5'],
  },
  T23: {
    harm: 'Text from outside commands the terminal, or hides or reorders what is read',
    against: ['B5'],
  },
  T24: {
    harm: 'A small body decodes to a huge one, through one content coding or many',
    against: ['B5'],
  },
  T25: {
    harm: 'A body drips or never ends; fields or informational responses come without end',
    against: ['B5'],
  },
  T26: {
    harm: 'Redirects go round in a circle, or on and on',
    against: ['B5'],
  },
  T27: {
    harm: 'A text takes quadratic or exponential time to parse',
    against: ['B5'],
  },
  T28: {
    harm: 'Transforms go round in a circle, or their output grows',
    against: ['B5'],
  },
  T29: {
    harm: 'Another user of the machine prepares the cache: a shared folder, a link, a mode',
    against: ['B4'],
  },
  T30: {
    harm: 'A file of the cache is damaged, swapped, forged or old',
    against: ['B4'],
  },
  T31: {
    harm: 'A stored answer is taken for another request: by Vary, query, method, port, credentials',
    against: ['B1', 'B4'],
  },
  T32: {
    harm: 'A file changes between its check and its use',
    against: ['B1', 'B4'],
  },
  T33: {
    harm: 'A bare name falls through to the network, or to a package of the same name',
    against: ['B1', 'B2'],
  },
  T34: {
    harm: 'A host looks like another one',
    against: ['B2'],
  },
  T35: {
    harm: 'A source map is fetched from a file or from an internal host',
    against: ['B2', 'B5'],
  },
  T36: {
    harm: 'Names in WebAssembly become code',
    against: ['B1'],
  },
  T37: {
    harm: 'A loader misbehaves: never settles, throws anything, returns anything, exits',
    against: ['B5'],
  },
  T38: {
    harm: 'Workers start workers without end; the environment leaks into them',
    against: ['B5'],
  },
  T39: {
    harm: 'Two processes write the lock or the cache at once, and one is lost',
    against: ['B4'],
  },
  T40: {
    harm: 'An old Node, or an old HTTP client, has holes that are known',
    against: ['B1', 'B5'],
  },
  T41: {
    harm: 'A server of ours is open to the pages of a browser',
    against: ['B3'],
  },
  T42: {
    harm: 'A link in a project leads what a command writes or removes to somewhere else',
    against: ['B1'],
  },
  T43: {
    harm: 'A name or a text of a module is run by the page of `mimeport graph`',
    against: ['B1'],
  },
} as const satisfies Readonly<Record<string, Threat>>

export type ThreatId = keyof typeof threats
