/** The folder of declarations: brought to what it is to be, whole, and never anything outside of it. */

import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  rmdirSync,
} from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { LoaderError } from '../../core/errors.mts'
import { escapeText } from '../../core/text.mts'
import { replaceFile } from '../../core/replacement.mts'
import { UsageError } from '../command.mts'

export const CONFIG = 'tsconfig.json'

/** The first line of the configuration: by it the folder is known. */
const MARK = '// Written by `mimeport types`: to be extended, not changed.\n'

/** Where the compiler works: beside the declarations, and as deep, so that what is relative in them stays so. */
const STAGE = '.stage-'

/** ms. Longer than a compiler may take. */
const LEFT_BEHIND = 3_600_000

export interface FolderChange {
  /** Below the folder, with `/`. */
  readonly path: string
  readonly kind: 'missing' | 'changed' | 'stale'
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
}

/** What is in a folder, below it, with `/`; a link is not followed. */
function filesIn(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    return entry.isDirectory() ? filesIn(folder, path) : [path]
  })
}

/** Text of the configuration that a project extends. */
function configText(root: string, folder: string): string {
  const up = relative(folder, root).split(sep).join('/')
  const config = {
    compilerOptions: {
      allowArbitraryExtensions: true,
      resolveJsonModule: true,
      rootDirs: [up, './declarations/root'],
      skipLibCheck: true,
    },
    files: ['./declarations/imports.d.ts', './declarations/imports.d.cts'],
    include: [`${up}/**/*`],
  }
  return `${MARK}${JSON.stringify(config, undefined, 2)}\n`
}

/** TypeScript resolves `#…` in the declarations by this, and takes them for ES modules. */
const manifest = `${JSON.stringify({ private: true, type: 'module', imports: { '#*': './*' } }, undefined, 2)}\n`

/** All files of a stage, which is a folder of declarations itself. */
export function withManifest(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...files, ['package.json', manifest]])
}

export class TypesFolder {
  readonly path: string
  readonly #root: string
  /** An absolute path. */
  readonly declarations: string

  /**
   * @param named the user's path, or the default
   * @throws {UsageError} for what is no folder of the project's, or has something else in it
   */
  constructor(root: string, named: string | undefined) {
    this.#root = root
    this.path = named === undefined ? join(root, '.mimeport', 'types') : resolve(named)
    this.declarations = join(this.path, 'declarations')
    const inside = relative(root, this.path)
    if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) {
      throw new UsageError(`--out takes a folder in the project '${escapeText(root)}'`)
    }
    this.#refuseLinks(inside.split(sep))
    if (existsSync(this.path) && !this.#isOurs()) {
      throw new UsageError(
        `'${escapeText(this.path)}' has files that 'mimeport types' has not written`,
      )
    }
  }

  /** ! A link, such as a pull request may bring, would lead what is written and removed to somewhere else. */
  #refuseLinks(names: readonly string[]): void {
    let path = this.#root
    for (const name of [...names, 'declarations']) {
      path = join(path, name)
      if (!isLink(path)) continue
      throw new LoaderError(
        'ERR_MIMEPORT_TYPESCRIPT',
        `Cannot write into '${escapeText(path)}': it is a link, and may lead out of the project; remove it`,
      )
    }
  }

  #isOurs(): boolean {
    const names = readdirSync(this.path).filter((name) => !name.startsWith(STAGE))
    if (names.length === 0) return true
    const file = join(this.path, CONFIG)
    return existsSync(file) && readFileSync(file, 'utf8').startsWith(MARK.slice(0, 30))
  }

  #all(files: ReadonlyMap<string, string>): Map<string, string> {
    const below = [...withManifest(files)].map(
      ([path, text]) => [`declarations/${path}`, text] as const,
    )
    return new Map([
      ...below,
      ['.gitattributes', '* -text linguist-generated\n'],
      [CONFIG, configText(this.#root, this.path)],
    ])
  }

  get isThere(): boolean {
    return existsSync(join(this.path, CONFIG))
  }

  /** Puts the configuration in place: the project's own extends it, and cannot be read without. */
  begin(): void {
    if (!this.isThere) this.#put(CONFIG, configText(this.#root, this.path))
  }

  #put(path: string, text: string): void {
    const file = join(this.path, ...path.split('/'))
    mkdirSync(dirname(file), { recursive: true })
    if (isLink(file)) rmSync(file)
    replaceFile(file, text)
  }

  /** What is different from these files, which are below `declarations`. */
  differences(files: ReadonlyMap<string, string>): FolderChange[] {
    const wanted = this.#all(files)
    const there = existsSync(this.path)
      ? filesIn(this.path).filter((path) => !path.startsWith(STAGE))
      : []
    const stale = there.filter((path) => !wanted.has(path))
    const changes = [...wanted].flatMap(([path, text]): FolderChange[] => {
      const file = join(this.path, ...path.split('/'))
      if (!there.includes(path)) return [{ path, kind: 'missing' }]
      return isLink(file) || readFileSync(file, 'utf8') !== text ? [{ path, kind: 'changed' }] : []
    })
    const all = [...changes, ...stale.map((path) => ({ path, kind: 'stale' as const }))]
    return all.sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  /** Brings the folder to these files; what was different. */
  write(files: ReadonlyMap<string, string>): FolderChange[] {
    const changes = this.differences(files)
    const wanted = this.#all(files)
    // What goes first, since a folder may have to make place for a file.
    for (const { path, kind } of changes) if (kind === 'stale') this.#remove(path)
    for (const { path, kind } of changes) {
      if (kind !== 'stale') this.#put(path, wanted.get(path)!)
    }
    return changes
  }

  #remove(path: string): void {
    const parts = path.split('/')
    rmSync(join(this.path, ...parts), { force: true })
    for (parts.pop(); parts.length > 0; parts.pop()) {
      const folder = join(this.path, ...parts)
      if (readdirSync(folder).length > 0) return
      rmdirSync(folder)
    }
  }

  /** Takes away what runs left behind that were killed. */
  #sweep(): void {
    for (const name of readdirSync(this.path)) {
      const path = join(this.path, name)
      if (!name.startsWith(STAGE) || Date.now() - lstatSync(path).mtimeMs < LEFT_BEHIND) continue
      rmSync(path, { recursive: true, force: true })
    }
  }

  /** Does work in a folder beside the declarations, which is gone afterwards. */
  async staged<T>(work: (stage: string) => Promise<T>): Promise<T> {
    this.#sweep()
    // A name of its own: processes in containers have the same numbers.
    const stage = mkdtempSync(join(this.path, STAGE))
    try {
      return await work(stage)
    } finally {
      rmSync(stage, { recursive: true, force: true })
    }
  }
}
