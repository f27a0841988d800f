/** Real git repositories for `github.mts`: made by `git fast-import`, read by `git cat-file`, alike in every run. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FastImport } from './github-import.mts'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import type { Files, RepositoryContent } from './github.mts'

/** No configuration of the user's or the system's, no prompt, and no quarrel about who owns a temporary folder. */
export function gitEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    LC_ALL: 'C',
    HOME: home,
    XDG_CONFIG_HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    GIT_TERMINAL_PROMPT: '0',
  }
}

/**
 * Adds refs where `git pack-refs` keeps them: ten thousand of them take git seconds, one by one.
 * gitrepository-layout(5): packed-refs.
 */
function addPackedRefs(folder: string, refs: ReadonlyMap<string, string>): void {
  const file = join(folder, 'packed-refs')
  const [head = '', ...rest] = readFileSync(file, 'utf8').split(/^(?=[^^])/m)
  const added = [...refs].map(([ref, id]) => `${id} ${ref}\n`)
  const nameOf = (line: string) => line.slice(line.indexOf(' ') + 1, line.indexOf('\n'))
  const lines = [...rest, ...added].sort((a, b) =>
    Buffer.compare(Buffer.from(nameOf(a)), Buffer.from(nameOf(b))),
  )
  writeFileSync(file, head + lines.join(''))
}

export class Repository {
  readonly folder: string
  readonly #environment: Record<string, string>
  readonly #defaultBranch: string
  #commits = 0
  #reader: ChildProcessWithoutNullStreams | undefined
  #reading: Promise<unknown> = Promise.resolve()

  constructor(folder: string, home: string, defaultBranch: string) {
    this.folder = folder
    this.#environment = gitEnvironment(home)
    this.#defaultBranch = defaultBranch
  }

  async #git(
    args: readonly string[],
    input: readonly (string | Uint8Array)[] = [],
  ): Promise<string> {
    const child = spawn('git', args, { cwd: this.folder, env: this.#environment })
    const output: Buffer[] = []
    const errors: Buffer[] = []
    child.stdout.on('data', (chunk) => output.push(chunk))
    child.stderr.on('data', (chunk) => errors.push(chunk))
    // A git that needs no input may have ended already.
    child.stdin.on('error', () => {})
    child.stdin.end(Buffer.concat(input.map((chunk) => Buffer.from(chunk as string))))
    const [status] = await once(child, 'close')
    if (status !== 0) throw new Error(`git ${args[0]}: ${Buffer.concat(errors).toString()}`)
    return Buffer.concat(output).toString().trim()
  }

  /** Makes the repository, and all its refs in one go. */
  async create(content: RepositoryContent): Promise<void> {
    mkdirSync(this.folder, { recursive: true })
    await this.#git(['init', '--quiet', '--bare', `--initial-branch=${this.#defaultBranch}`, '.'])
    const stream = new FastImport(0)
    const main = `refs/heads/${this.#defaultBranch}`
    stream.commit(main, undefined, content.files)
    for (const [name, branch] of Object.entries(content.branches ?? {})) {
      if (typeof branch === 'string') stream.share(`refs/heads/${name}`, branch)
      else stream.commit(`refs/heads/${name}`, stream.marks.get(main), branch)
      this.#commits++
    }
    for (const [name, tag] of Object.entries(content.tags ?? {})) {
      if (typeof tag === 'string') stream.share(`refs/tags/${name}`, tag)
      else stream.share(`refs/tags/${name}`, tag.of, tag.message ?? `${name}\n`)
    }
    this.#commits++
    await this.#git(['fast-import', '--quiet', '--export-marks=marks'], stream.chunks)
    await this.#git(['pack-refs', '--all'])
    const marks = readFileSync(join(this.folder, 'marks'), 'utf8').split('\n')
    const ids = new Map(marks.map((line) => line.split(' ') as [string, string]))
    const shared = [...stream.shared].map(([ref, mark]) => [ref, ids.get(mark) ?? ''] as const)
    addPackedRefs(this.folder, new Map(shared))
  }

  /** Adds a commit to a branch; resolves to its id. */
  async push(files: Files, branch = this.#defaultBranch): Promise<string> {
    const ref = `refs/heads/${branch}`
    const exists = await this.commit(ref).then(
      () => true,
      () => false,
    )
    const from = exists ? ref : `refs/heads/${this.#defaultBranch}`
    const stream = new FastImport(this.#commits++)
    stream.commit(ref, `${from}^0`, files)
    await this.#git(['fast-import', '--quiet'], stream.chunks)
    this.#reader?.kill()
    this.#reader = undefined
    return this.commit(ref)
  }

  /** A commit as a patch; `undefined` when no commit, or more than one, has such an id. */
  async patch(id: string): Promise<string | undefined> {
    const whole = await this.commit(id).catch(() => undefined)
    return whole && this.#git(['format-patch', '--stdout', '-1', whole])
  }

  commit(ref: string): Promise<string> {
    return this.#git(['rev-parse', '--quiet', '--verify', '--end-of-options', `${ref}^{commit}`])
  }

  /** The bytes of `revision:path`, those of a symbolic link being its target; `undefined` when there is no such file. */
  read(object: string): Promise<Buffer | undefined> {
    const next = this.#reading.then(() => this.#readNext(object))
    this.#reading = next.catch(() => {})
    return next
  }

  async #readNext(object: string): Promise<Buffer | undefined> {
    if (object.includes('\n')) return undefined
    this.#reader ??= spawn('git', ['cat-file', '--batch'], {
      cwd: this.folder,
      env: this.#environment,
    })
    this.#reader.stderr.resume()
    const { stdin, stdout } = this.#reader
    stdin.write(`${object}\n`)
    // git-cat-file(1), BATCH OUTPUT: `<id> <type> <size>` and the bytes, or a line that ends otherwise.
    let received = Buffer.alloc(0)
    for (;;) {
      const [chunk] = (await once(stdout, 'data')) as [Buffer]
      received = Buffer.concat([received, chunk])
      const end = received.indexOf('\n')
      if (end < 0) continue
      const found = /^[0-9a-f]+ (\w+) (\d+)$/.exec(received.toString('utf8', 0, end))
      if (found === null) return undefined
      const size = Number(found[2])
      if (received.length < end + 1 + size + 1) continue
      return found[1] === 'blob' ? received.subarray(end + 1, end + 1 + size) : undefined
    }
  }
}
