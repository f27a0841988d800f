/** Everyone who can take part, and how each of them is started. */

import { globSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { contender } from './contender.mts'
import type { Contender } from './contender.mts'
import type { Subject } from '../workloads/subject.mts'
import type { Project } from '../workloads/project.mts'

export interface Setting {
  readonly subject: Subject
  readonly project: Project
  readonly node: string
  /** The peers' `node_modules`; `undefined` when none takes part. */
  readonly peers: string | undefined
}

interface Part {
  /** The program, relative to `cwd`. */
  readonly entry: string
  /** Where it runs: the project's folder when left out. */
  readonly cwd?: string
  readonly start?: 'cold' | 'warm'
  readonly env?: Readonly<Record<string, string>>
  /** The environment of the runs that fill the caches, where it is another one. */
  readonly warming?: Readonly<Record<string, string>>
  readonly name?: string
}

const hooks = (name: string) => new URL(`hooks/${name}.mjs`, import.meta.url).href

/** How those who run on Node are started, by name; what is in a peer's package starts with `peers:`. */
const onNode = {
  node: [],
  'no-op registerHooks': ['--import', hooks('no-op')],
  'no-op module.register': ['--import', hooks('off-thread')],
  'node --import oxc-node': ['--import', 'peers:@oxc-node/core/register.mjs'],
  'node --import swc-node': ['--import', 'peers:@swc-node/register/esm/esm-register.mjs'],
  'node --import tsx': ['--import', 'peers:tsx/dist/loader.mjs'],
  tsx: ['peers:tsx/dist/cli.mjs'],
  jiti: ['peers:jiti/lib/jiti-cli.mjs'],
  'naive registerHooks + worker fetch': ['--import', hooks('naive-worker')],
  'naive module.register + fetch': ['--import', hooks('naive-fetch')],
  'naive registerHooks + marked': ['--import', hooks('naive-markdown')],
} as const

const yardsticks = new Set<string>(['node', 'no-op registerHooks', 'no-op module.register'])
/** Those whose cold runs take seconds. */
const slow = /^(?:jiti|.*swc-node|.*tsx|naive .*fetch)$/

export class Cast {
  readonly #setting: Setting

  constructor(setting: Setting) {
    this.#setting = setting
  }

  get setting(): Setting {
    return this.#setting
  }

  /** A program with our preload: that of what is measured, when none is named. */
  ours(part: Part & { readonly preload?: string }): Contender {
    const { preload = this.#setting.subject.preload } = part
    return this.#make('ours', part, 'mimeport', ['--import', preload])
  }

  /** Node, one of the hooks beside this file, or a peer that runs on Node. */
  onNode(who: keyof typeof onNode, part: Part): Contender {
    const args = onNode[who].map((arg: string) => this.#peer(arg))
    const made = this.#make(yardsticks.has(who) ? 'yardstick' : 'peer', part, who, args)
    return {
      ...made,
      slow: part.start === 'cold' && slow.test(who),
      // jiti prefers it to all others where the program has a node_modules.
      ...(who === 'jiti' && { elsewhere: join(made.cwd, 'node_modules/.cache') }),
    }
  }

  /** Those of the peers on Node that are installed; none, where there are no peers. */
  peersOnNode(names: readonly (keyof typeof onNode)[], part: Part): Contender[] {
    return this.#setting.peers === undefined ? [] : names.map((who) => this.onNode(who, part))
  }

  /** Deno and Bun, by the binaries of their packages for this platform. */
  runtimes(part: Part, names: readonly ('deno' | 'bun')[] = ['deno', 'bun']): Contender[] {
    const { peers } = this.#setting
    if (peers === undefined) return []
    const args = { deno: ['run', '-A', '--no-lock', '--quiet', part.entry], bun: [part.entry] }
    const binaries = { deno: '@deno/*/deno*', bun: '@oven/*/bin/bun*' }
    return names.map((name) => {
      const [binary = `${name} of npm`] = globSync(binaries[name], { cwd: peers })
      return this.#contender(part, {
        name: part.name ?? (name === 'deno' ? 'deno run' : name),
        role: 'runtime',
        program: join(peers, binary),
        args: args[name],
      })
    })
  }

  /** An argument that names a file of a peer's, by the file's URL, or its path where Node runs it. */
  #peer(arg: string): string {
    if (!arg.startsWith('peers:')) return arg
    const path = join(this.#setting.peers ?? '', arg.slice('peers:'.length))
    return arg.endsWith('cli.mjs') ? path : pathToFileURL(path).href
  }

  #make(role: Contender['role'], part: Part, name: string, args: readonly string[]): Contender {
    return this.#contender(part, {
      name: part.name ?? name,
      role,
      program: this.#setting.node,
      args: [...args, part.entry],
    })
  }

  #contender(
    part: Part,
    described: Pick<Contender, 'name' | 'role' | 'program' | 'args'>,
  ): Contender {
    const { project } = this.#setting
    return contender(project.caches, {
      ...described,
      cwd: part.cwd ?? project.folder,
      ...(part.start === undefined ? {} : { start: part.start }),
      ...(part.env === undefined ? {} : { env: part.env }),
      ...(part.warming === undefined ? {} : { warming: part.warming }),
    })
  }
}
