/** The table of commands. */

import type { Command } from './command.mts'

/** The groups of the overview, in its order. */
export const groups = {
  program: 'Programs',
  network: 'What comes from the network',
  view: 'What an import is',
  setup: 'What may be wrong',
} as const

export interface Listing {
  readonly group: keyof typeof groups
  /** What it does, in a line of 56 characters at most. */
  readonly summary: string
  /** Its file is imported when it is used. */
  readonly load: () => Promise<Command>
}

/** By name, alphabetically. */
export const commands: Readonly<Record<string, Listing>> = {
  allow: {
    group: 'network',
    summary: 'let modules of a host be imported',
    load: async () => (await import('./allow.mts')).allow,
  },
  cache: {
    group: 'network',
    summary: 'fetch a program ahead; list, verify, clean what is kept',
    load: async () => (await import('./cache.mts')).cache,
  },
  check: {
    group: 'setup',
    summary: 'look at configuration, loaders and lock, and run nothing',
    load: async () => (await import('./check.mts')).check,
  },
  completion: {
    group: 'program',
    summary: 'print completions for bash, zsh or fish',
    load: async () => (await import('./completion.mts')).completion,
  },
  doctor: {
    group: 'setup',
    summary: 'look at Node, cache, proxy, certificates and hosts',
    load: async () => (await import('./doctor.mts')).doctor,
  },
  explain: {
    group: 'view',
    summary: 'tell the life of one import',
    load: async () => (await import('./explain.mts')).explain,
  },
  graph: {
    group: 'view',
    summary: 'show all modules of a program: tree, diagram, page',
    load: async () => (await import('./graph.mts')).graph,
  },
  init: {
    group: 'program',
    summary: 'write an empty mimeport.json',
    load: async () => (await import('./init.mts')).init,
  },
  loaders: {
    group: 'view',
    summary: 'list the loaders, and what each claims',
    load: async () => (await import('./loaders.mts')).loaders,
  },
  lock: {
    group: 'network',
    summary: 'write down which bytes a program may import',
    load: async () => (await import('./lock.mts')).lock,
  },
  outdated: {
    group: 'network',
    summary: 'what has moved on: commits of refs, versions on CDNs',
    load: async () => (await import('./outdated.mts')).outdated,
  },
  run: {
    group: 'program',
    summary: 'run a file, a URL, or a command of a package',
    load: async () => (await import('./run.mts')).run,
  },
  types: {
    group: 'view',
    summary: 'declare what is imported, for TypeScript and editors',
    load: async () => (await import('./types.mts')).types,
  },
  vendor: {
    group: 'network',
    summary: 'keep those bytes in the project',
    load: async () => (await import('./vendor.mts')).vendor,
  },
}
