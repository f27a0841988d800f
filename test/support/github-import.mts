/** The stream that makes a repository's commits and tags in one go. git-fast-import(1). */

import type { FileContent, Files } from './github.mts'

/** Marks number the commits that refs are at. */
export class FastImport {
  readonly chunks: (string | Uint8Array)[] = []
  /** Ref → mark of the commit that it is at. */
  readonly marks = new Map<string, string>()
  /** The lightweight ones among them that no commit of the stream makes. */
  readonly shared = new Map<string, string>()
  #commits: number

  constructor(commits: number) {
    this.#commits = commits
  }

  #data(content: string | Uint8Array): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    this.chunks.push(`data ${bytes.length}\n`, bytes, '\n')
  }

  /** A minute after the one before: ids depend on it. */
  #when(): string {
    return `mimeport <mimeport@example.org> ${1_700_000_000 + 60 * this.#commits} +0000\n`
  }

  #file(path: string, content: FileContent): void {
    const quoted = `"${path.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`
    if (content === null) {
      this.chunks.push(`D ${quoted}\n`)
    } else if (typeof content === 'string' || content instanceof Uint8Array) {
      this.chunks.push(`M 100644 inline ${quoted}\n`)
      this.#data(content)
    } else if ('submodule' in content) {
      this.chunks.push(`M 160000 ${content.submodule} ${quoted}\n`)
    } else {
      const link = 'symlink' in content
      this.chunks.push(`M ${link ? '120000' : '100755'} inline ${quoted}\n`)
      this.#data(link ? content.symlink : content.executable)
    }
  }

  commit(ref: string, from: string | undefined, files: Files): void {
    const mark = `:${++this.#commits}`
    this.marks.set(ref, mark)
    this.chunks.push(`commit ${ref}\nmark ${mark}\ncommitter ${this.#when()}`)
    this.#data(`Commit ${this.#commits}\n`)
    if (from !== undefined) this.chunks.push(`from ${from}\n`)
    for (const [path, content] of Object.entries(files)) this.#file(path, content)
    this.chunks.push('\n')
  }

  /** Makes `ref` share the commit of the branch or tag that is called `name`. */
  share(ref: string, name: string, message?: string): void {
    const mark = this.marks.get(`refs/heads/${name}`) ?? this.marks.get(`refs/tags/${name}`)
    if (mark === undefined) {
      throw new Error(`'${ref}': there is no '${name}' to share a commit with`)
    }
    this.marks.set(ref, mark)
    if (message === undefined) {
      this.shared.set(ref, mark)
    } else {
      const tag = ref.slice('refs/tags/'.length)
      this.chunks.push(`tag ${tag}\nfrom ${mark}\ntagger ${this.#when()}`)
      this.#data(message)
    }
  }
}
