/**
 * A GitHub on loopback: real git repositories, made on the spot in a temporary folder, behind git's own HTTP backend and
 * a raw host that answers as raw.githubusercontent.com does. It runs in a process of its own, since an importing thread
 * sleeps while it waits, and ends with the process that started it; it keeps no process alive. Needs `git` and its
 * `http-backend` (both are in git's package on Linux and macOS), and no network.
 *
 *     const github = await startGitHub({
 *       repos: {
 *         'owner/repo': {
 *           files: { 'a.mjs': "export * from './b.ts'", 'run.sh': { executable: '#!/bin/sh' }, 'c.mjs': { symlink: 'a.mjs' } },
 *           branches: { 'feature/x': { 'a.mjs': 'export default 2' }, same: 'main' },
 *           tags: { v1: 'main', v2: { of: 'feature/x', message: 'Two' } },
 *         },
 *       },
 *     })
 *     Object.assign(process.env, github.env)                     // or { env: { ...process.env, ...github.env } } of a child
 *     await import(`github:owner/repo@${await github.commit('main')}/a.mjs`)
 *     await github.push({ 'a.mjs': 'export default 3' }, 'main') // the branch moves; resolves to the new commit's id
 *     await github.stop()
 *
 * Commit ids are the same in every run: authors, dates and messages are fixed. `repos` may name many repositories;
 * `commit` and `push` mean the first one unless they are told another.
 *
 * - git: `{url}/owner/repo.git/…` and `{url}/owner/repo/…`. As at GitHub, who may not see a repository gets 401 without
 *   credentials and 404 with wrong ones; a token is a Basic password.
 * - raw: `{rawURL}/owner/repo/<commit, branch or tag>/path`: text/plain or application/octet-stream, nosniff, 5 minutes'
 *   freshness, gzip where it is accepted; `404: Not Found` for whatever is not there or may not be seen; a token is
 *   `Bearer` or `token`.
 * - a commit's patch: `{url}/owner/repo/commit/<id, whole or abbreviated>.patch`.
 *
 * With `host: 'gitlab'` or `'codeberg'` it is one of those, at their URLs (`github-routes.mts`).
 */

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A file's bytes; the target of a symbolic link; an executable; or none (`null` deletes it). */
export type FileContent =
  | string
  | Uint8Array
  | { readonly symlink: string }
  | { readonly executable: string }
  /** The id of another repository's commit. */
  | { readonly submodule: string }
  | null

/** Path from the repository's root → content. */
export type Files = Readonly<Record<string, FileContent>>

export interface RepositoryContent {
  /** The default branch's first commit. */
  readonly files: Files
  /** `main` when left out. */
  readonly defaultBranch?: string
  /** Name → files of a commit on top of the default branch's, or the name of a ref whose commit it shares. */
  readonly branches?: Readonly<Record<string, Files | string>>
  /** Name → name of the ref whose commit it has: lightweight; in an object: annotated. */
  readonly tags?: Readonly<
    Record<string, string | { readonly of: string; readonly message?: string }>
  >
}

/** Whose URLs and manners the server has. */
export type HostName = 'github' | 'gitlab' | 'codeberg'

export interface GitHubOptions {
  /** `github` when left out. */
  readonly host?: HostName
  readonly repos: Readonly<Record<string, RepositoryContent>>
  /** A path before everything, as at a company's own server: `/enterprise`. */
  readonly prefix?: string
  /** Former name of a repository → its name. */
  readonly renamed?: Readonly<Record<string, string>>
  /** The newest version of git's protocol that the server speaks; 2 when left out. */
  readonly protocol?: 0 | 1 | 2
}

/** An answer in place of the real one. */
export interface CannedAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** What the server was asked. */
export interface GitHubRequest {
  readonly method: string
  /** The request target: path and query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface GitHub {
  /** No slash at the end; the prefix is in it. */
  readonly url: string
  readonly rawURL: string
  readonly env: Readonly<Record<string, string>>
  /** The id of the commit that a branch, a tag (peeled), `HEAD` or any revision of git's is at. */
  commit(ref?: string, repo?: string): Promise<string>
  /** Adds a commit to a branch (the default one), which is made when there is none; resolves to the commit's id. */
  push(files: Files, branch?: string, repo?: string): Promise<string>
  /** The requests so far, in order; those whose path ends with `path` when one is given. */
  requests(path?: string): Promise<GitHubRequest[]>
  /** Makes every repository private to the owner of `token`; `undefined` makes them public. */
  requireToken(token: string | undefined): Promise<void>
  /** Answers requests for one path (prefix and all, no query) in place of the real server; `undefined` stops that. */
  answer(path: string, answer: CannedAnswer | undefined): Promise<void>
  /** Ends the server and removes its repositories. */
  stop(): Promise<void>
}

/** What crosses the control channel. */
export type Command =
  | { readonly do: 'start'; readonly options: GitHubOptions }
  | { readonly do: 'commit'; readonly ref: string; readonly repo: string }
  | { readonly do: 'push'; readonly files: Files; readonly branch?: string; readonly repo: string }
  | { readonly do: 'requests' }
  | { readonly do: 'requireToken'; readonly token: string | undefined }
  | { readonly do: 'answer'; readonly path: string; readonly answer: CannedAnswer | undefined }

interface Call {
  resolve(value: any): void
  reject(error: Error): void
}

/** Makes the repositories and starts the server; resolves when it listens. */
export async function startGitHub(options: GitHubOptions): Promise<GitHub> {
  const child = fork(fileURLToPath(new URL('./github-server.mts', import.meta.url)), [], {
    // Plain Node, whatever the parent is run with.
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: '' },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const calls = new Map<number, Call>()
  let lastId = 0
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  void ended.then(() => {
    for (const { reject } of calls.values()) reject(new Error('The loopback GitHub has ended'))
  })
  child.on('message', ({ id, value, error }: { id: number; value?: unknown; error?: string }) => {
    const call = calls.get(id)
    calls.delete(id)
    if (calls.size === 0) child.channel?.unref()
    if (error === undefined) call?.resolve(value)
    else call?.reject(new Error(error))
  })
  // The process ends when the channel does: with its parent, however that ends.
  child.unref()

  function control<T>(command: Command): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!child.connected) return reject(new Error('The loopback GitHub has ended'))
      const id = ++lastId
      calls.set(id, { resolve, reject })
      child.channel?.ref()
      child.send({ ...command, id }, (error) => error && reject(error))
    })
  }

  const url = await control<string>({ do: 'start', options })
  const rawURL = `${url}/raw`
  const { host = 'github' } = options
  const env =
    host === 'github'
      ? { MIMEPORT_GITHUB_URL: url, MIMEPORT_GITHUB_RAW_URL: rawURL }
      : { [`MIMEPORT_${host.toUpperCase()}_URL`]: url }
  const [firstRepo = ''] = Object.keys(options.repos)
  return {
    url,
    rawURL,
    env,
    commit: (ref = 'HEAD', repo = firstRepo) => control({ do: 'commit', ref, repo }),
    push: (files, branch, repo = firstRepo) =>
      control({ do: 'push', files, repo, ...(branch !== undefined && { branch }) }),
    async requests(path = '') {
      const all = await control<GitHubRequest[]>({ do: 'requests' })
      return all.filter(({ url: target }) => (target.split('?')[0] ?? '').endsWith(path))
    },
    requireToken: (token) => control({ do: 'requireToken', token }),
    answer: (path, answer) => control({ do: 'answer', path, answer }),
    async stop() {
      child.ref()
      if (child.connected) child.disconnect()
      await ended
    },
  }
}
