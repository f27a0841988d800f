/**
 * What a package means by `#name`: the "imports" of its package.json. PACKAGE_IMPORTS_RESOLVE of Node's manual
 * (https://nodejs.org/docs/latest-v24.x/api/esm.html#resolution-algorithm-specification), with Node's codes.
 */

import { escapeText } from '../text.mts'
import { longestSpecifier } from './module-url.mts'

/** Keys of "imports" that are looked at: published packages have some hundreds. */
const MOST = 10_000

/** Targets that are looked at for one name, in lists and conditions: published packages have some ten. */
const MOST_TARGETS = 1000

export interface PackageFile {
  /** Where it is, in the form of the loader that answered for it. */
  readonly specifier: string
  /** Name of that loader. */
  readonly loader: string
  /** Its "imports", as they came. */
  readonly imports: unknown
}

/** Who looks up a name, and how. */
export interface Lookup {
  readonly specifier: string
  readonly parentURL: string | undefined
  readonly conditions: readonly string[]
}

type NodesCode =
  | 'ERR_INVALID_MODULE_SPECIFIER'
  | 'ERR_INVALID_PACKAGE_CONFIG'
  | 'ERR_INVALID_PACKAGE_TARGET'
  | 'ERR_PACKAGE_IMPORT_NOT_DEFINED'

/** Makes an error of Node's for a name: as a TypeError where Node has one. */
export function packageError(code: NodesCode, lookup: Lookup, reason: string): Error {
  const { specifier, parentURL } = lookup
  const from = parentURL === undefined ? '' : ` imported from '${escapeText(parentURL)}'`
  const message = `Cannot resolve '${escapeText(specifier)}'${from}: ${reason}`
  const isType = code === 'ERR_INVALID_MODULE_SPECIFIER' || code.endsWith('_NOT_DEFINED')
  const error = isType ? new TypeError(message) : new Error(message)
  return Object.assign(error, { code, url: specifier })
}

/** Whether a path leaves its folder, or goes to where other packages are: as it is written, or once it is decoded. */
function leaves(path: string): boolean {
  return path.split(/[/\\?#]|%2f|%5c/i).some((segment) => {
    const plain = segment
      // The URL parser drops line breaks and tabs, and blanks and controls at the end. WHATWG URL §4.4.
      .replace(/[\0- ]/g, '')
      .replace(/%[\da-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)))
      .toLowerCase()
    return plain === '.' || plain === '..' || plain === 'node_modules'
  })
}

/** Whether a specifier begins with a package's name. PACKAGE_RESOLVE of Node's manual; a URL is none. */
function isName(specifier: string): boolean {
  const name = /^(?:@[^/]*\/)?[^/]*/.exec(specifier)?.[0] ?? ''
  return name !== '' && !/^[.#]|[\\%:]/.test(name)
}

interface Match {
  readonly key: string
  /** What stands for the `*` of the key. */
  readonly rest: string | undefined
}

/** The key that goes for a name: itself, else the pattern with the longest beginning. */
function matchOf(imports: Readonly<Record<string, unknown>>, name: string): Match | undefined {
  if (Object.hasOwn(imports, name) && !name.includes('*')) return { key: name, rest: undefined }
  let best: { readonly key: string; readonly at: number } | undefined
  for (const key of Object.keys(imports)) {
    const at = key.indexOf('*')
    if (at === -1 || at !== key.lastIndexOf('*') || name.length < key.length) continue
    if (!name.startsWith(key.slice(0, at)) || !name.endsWith(key.slice(at + 1))) continue
    const isBetter =
      best === undefined || at > best.at || (at === best.at && key.length > best.key.length)
    if (isBetter) best = { key, at }
  }
  if (best === undefined) return undefined
  const { key, at } = best
  return { key, rest: name.slice(at, name.length - (key.length - at - 1)) }
}

/** Nobody's: it goes on to the next alternative, if there is one. */
const none = Symbol('none')

class Resolution {
  readonly #file: PackageFile
  readonly #lookup: Lookup
  readonly #match: Match
  #seen = 0

  constructor(file: PackageFile, lookup: Lookup, match: Match) {
    this.#file = file
    this.#lookup = lookup
    this.#match = match
  }

  /** What a target leads to; `null`: it says that there is nothing; `none`: no condition of it is met. */
  target(target: unknown): string | null | typeof none {
    this.#seen += 1
    if (this.#seen > MOST_TARGETS) {
      const where = `'${escapeText(this.#file.specifier)}' has more than ${MOST_TARGETS} targets for '${escapeText(this.#match.key)}' in its "imports"`
      throw packageError('ERR_INVALID_PACKAGE_CONFIG', this.#lookup, where)
    }
    if (typeof target === 'string') return this.#string(target)
    if (target === null) return null
    if (Array.isArray(target)) return this.#first(target)
    if (typeof target === 'object') return this.#conditional(target as Record<string, unknown>)
    throw this.#invalid(target)
  }

  #string(target: string): string {
    const { rest } = this.#match
    const whole = rest === undefined ? target : this.#filled(target, rest)
    if (!target.startsWith('./')) {
      // A name of another package's, or of a builtin. Node takes no URL, builtins as `node:fs` not excepted.
      if (/^\.\.\/|^\//.test(target) || URL.canParse(target)) throw this.#invalid(target)
      // ! What stands for the `*` is whoever's: `../x` and `/x` are files of the program's.
      if (isName(whole)) return whole
      const { specifier } = this.#file
      const shown = `'${escapeText(this.#match.key)}' in "imports" of '${escapeText(specifier)}'`
      throw packageError(
        'ERR_INVALID_MODULE_SPECIFIER',
        this.#lookup,
        `'${escapeText(whole)}', which it means by ${shown}, is no package's name`,
      )
    }
    if (leaves(target.slice(2))) throw this.#invalid(target)
    if (rest !== undefined && leaves(rest)) throw this.#notFor(rest)
    return whole
  }

  #notFor(rest: string, reason?: string): Error {
    const { specifier } = this.#file
    const key = escapeText(this.#match.key)
    const why = reason === undefined ? '' : `: ${reason}`
    return packageError(
      'ERR_INVALID_MODULE_SPECIFIER',
      this.#lookup,
      `'${escapeText(rest.slice(0, 200))}' may not stand for the '*' of '${key}' in "imports" of '${escapeText(specifier)}'${why}`,
    )
  }

  /** A pattern's target with what stands for its `*`; refused before it is made where it is longer than any name may be. */
  #filled(target: string, rest: string): string {
    const parts = target.split('*')
    const length = target.length + (parts.length - 1) * (rest.length - 1)
    if (length <= longestSpecifier) return parts.join(rest)
    throw this.#notFor(rest, `it would have ${length} characters, the limit is ${longestSpecifier}`)
  }

  /** Of a list the first that is valid, whether it is there or not. */
  #first(targets: readonly unknown[]): string | null | typeof none {
    let last: Error | null = null
    for (const each of targets) {
      try {
        const found = this.target(each)
        if (found === none) continue
        if (found !== null) return found
        last = null
      } catch (error) {
        if ((error as { code?: string }).code !== 'ERR_INVALID_PACKAGE_TARGET') throw error
        last = error as Error
      }
    }
    if (last !== null) throw last
    return null
  }

  #conditional(targets: Readonly<Record<string, unknown>>): string | null | typeof none {
    const keys = Object.keys(targets)
    if (keys.some((key) => /^(?:0|[1-9]\d*)$/.test(key))) {
      const where = `'${escapeText(this.#file.specifier)}' has numbers for conditions in its "imports"`
      throw packageError('ERR_INVALID_PACKAGE_CONFIG', this.#lookup, where)
    }
    for (const key of keys) {
      if (key !== 'default' && !this.#lookup.conditions.includes(key)) continue
      const found = this.target(targets[key])
      if (found !== none) return found
    }
    return none
  }

  #invalid(target: unknown): Error {
    const shown = escapeText((JSON.stringify(target) ?? '').slice(0, 200))
    const { specifier } = this.#file
    return packageError(
      'ERR_INVALID_PACKAGE_TARGET',
      this.#lookup,
      `"imports" of '${escapeText(specifier)}' has ${shown} for '${escapeText(this.#match.key)}', and a target is './' and a path in the package, or the name of another`,
    )
  }
}

/** Refuses what can be no name of a package's own. */
export function checkImportName(lookup: Lookup): void {
  const { specifier } = lookup
  if (specifier !== '#' && !specifier.endsWith('/')) return
  throw packageError(
    'ERR_INVALID_MODULE_SPECIFIER',
    lookup,
    "a package's own name is '#' and more, and does not end in '/'",
  )
}

/**
 * What `#name` means in a package: `./` and a path in it, or a bare name.
 * @throws {Error} ERR_PACKAGE_IMPORT_NOT_DEFINED, ERR_INVALID_PACKAGE_TARGET, ERR_INVALID_MODULE_SPECIFIER,
 * ERR_INVALID_PACKAGE_CONFIG, as Node would
 */
export function packageImport(file: PackageFile, lookup: Lookup): string {
  const { imports } = file
  const isTable = typeof imports === 'object' && imports !== null && !Array.isArray(imports)
  const table = isTable ? (imports as Readonly<Record<string, unknown>>) : {}
  if (Object.keys(table).length > MOST) {
    const reason = `"imports" of '${escapeText(file.specifier)}' has more than ${MOST} keys`
    throw packageError('ERR_INVALID_PACKAGE_CONFIG', lookup, reason)
  }
  const match = matchOf(table, lookup.specifier)
  const found =
    match === undefined ? none : new Resolution(file, lookup, match).target(table[match.key])
  if (typeof found === 'string') return found
  throw packageError(
    'ERR_PACKAGE_IMPORT_NOT_DEFINED',
    lookup,
    `"imports" of '${escapeText(file.specifier)}' does not define it`,
  )
}
