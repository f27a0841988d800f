/** A loader after its module was read and found valid: the shape that the rest of the framework works with. */

import { LoaderError } from '../errors.mts'
import { received } from '../text.mts'
import { isMediaRange, parseMediaType } from '../media-type.mts'
import type { Loader } from '../types.mts'

type LoaderFunction = 'resolve' | 'resolveRelativePath' | 'identify' | 'transform' | 'types'

export interface Registration {
  readonly name: string
  /** Where it was loaded from: a file's path, or a package's name. */
  readonly file: string
  /** Whether the project brought it, so that it goes before the built-in ones. */
  readonly project: boolean
  /** `undefined`: it is asked about every specifier that is neither relative nor a builtin. */
  readonly schemes: ReadonlySet<string> | undefined
  /** Extension in lower case, without the leading dot → media type. */
  readonly extensions: ReadonlyMap<string, string>
  readonly accepts: readonly string[]
  readonly resolve: NonNullable<Loader['resolve']> | undefined
  readonly resolveRelativePath: NonNullable<Loader['resolveRelativePath']> | undefined
  readonly identify: NonNullable<Loader['identify']> | undefined
  readonly transform: NonNullable<Loader['transform']> | undefined
  readonly types: NonNullable<Loader['types']> | undefined
}

const contract = [
  'name',
  'schemes',
  'resolve',
  'resolveRelativePath',
  'extensionMimeMap',
  'identify',
  'accepts',
  'transform',
  'types',
] as const

type ContractName = (typeof contract)[number]

/** Reads a property. It may be a getter, and throw. */
function read(from: object, name: string): unknown {
  return (from as Record<string, unknown>)[name]
}

function offers(value: unknown): value is object {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    contract.some((name) => name !== 'name' && name in value)
  )
}

/** The object that holds the exports: the module's namespace, its default export, or CommonJS's `exports.default`. */
function exportsOf(namespace: object): object | undefined {
  // CommonJS in its own eyes: its methods may use `this`, and Node does not find all its names.
  const commonjs = read(namespace, 'module.exports')
  if (offers(commonjs)) return commonjs
  if (offers(namespace)) return namespace
  const byDefault = read(namespace, 'default')
  if (offers(byDefault)) return byDefault
  if (typeof byDefault !== 'object' || byDefault === null) return undefined
  const inner = read(byDefault, 'default')
  return offers(inner) ? inner : undefined
}

/**
 * Checks a loader's exports and takes them over.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_LOADER naming the file, the export, and what was found there.
 */
export function register(
  namespace: object,
  from: { readonly name: string; readonly file: string; readonly project: boolean },
): Registration {
  const refuse = (what: string, details: { cause?: unknown } = {}): never => {
    throw new LoaderError(
      'ERR_MIMEPORT_INVALID_LOADER',
      `Cannot use loader '${from.file}': ${what}`,
      details,
    )
  }
  const holder = exportsOf(namespace)
  if (holder === undefined) {
    const found = Object.keys(namespace)
    return refuse(
      `it must export one or more of ${contract.slice(1).join(', ')}, by name or as one default-exported object. Found ${
        found.length === 0 ? 'no exports' : found.join(', ')
      }`,
    )
  }
  // CommonJS seen from an import has its names on the namespace as far as they could be guessed, and all on `default`.
  const whole = read(namespace, 'default')
  const value = (name: ContractName): unknown => {
    try {
      return read(holder, name) ?? (offers(whole) ? read(whole, name) : undefined)
    } catch (cause) {
      return refuse(`reading its export "${name}" failed`, { cause })
    }
  }
  const fail = (name: ContractName, expected: string, found: unknown): never =>
    refuse(`it must export "${name}" as ${expected}. Received ${received(found)}`)

  const method = <Name extends LoaderFunction>(
    name: Name,
  ): NonNullable<Loader[Name]> | undefined => {
    const found = value(name)
    if (found === undefined) return undefined
    if (typeof found !== 'function') return fail(name, 'a function', found)
    return found.bind(holder) as NonNullable<Loader[Name]>
  }
  const list = (name: 'accepts' | 'schemes'): readonly string[] | undefined => {
    const found = value(name)
    if (found === undefined) return undefined
    const items: unknown[] = typeof found === 'string' ? [found] : Array.isArray(found) ? found : []
    if (items.length === 0) return fail(name, 'a list of strings', found)
    const odd = items.findIndex((item) => typeof item !== 'string')
    if (odd !== -1) return fail(name, 'a list of strings', items[odd])
    return items as string[]
  }

  const name = value('name') ?? from.name
  if (typeof name !== 'string' || name === '') return fail('name', 'a string with content', name)

  const schemes = list('schemes')
  for (const scheme of schemes ?? []) {
    if (!/^[a-z][a-z\d+.-]+:$/.test(scheme)) {
      return fail('schemes', "a list of URL schemes in lower case, like 'github:'", scheme)
    }
  }
  const accepts = list('accepts') ?? []
  for (const range of accepts) {
    if (!isMediaRange(range)) {
      return fail('accepts', "a list of media types, 'type/*', '*/*' or '+suffix'", range)
    }
  }
  const extensions = new Map<string, string>()
  const map = value('extensionMimeMap')
  if (map !== undefined) {
    if (typeof map !== 'object' || map === null || Symbol.iterator in map) {
      return fail('extensionMimeMap', 'an object { extension: mediaType }', map)
    }
    for (const [extension, mediaType] of Object.entries(map)) {
      const key = extension.replace(/^\./, '').toLowerCase()
      if (key === '' || key.includes('/')) {
        return fail('extensionMimeMap', 'an object whose keys are file extensions', extension)
      }
      if (typeof mediaType !== 'string' || parseMediaType(mediaType) === undefined) {
        return fail('extensionMimeMap', `an object with a media type for '${extension}'`, mediaType)
      }
      extensions.set(key, mediaType)
    }
  }

  const resolve = method('resolve')
  const resolveRelativePath = method('resolveRelativePath')
  const transform = method('transform')
  const identify = method('identify')
  const types = method('types')
  if (resolve !== undefined && resolveRelativePath === undefined) {
    refuse('it exports "resolve", so it must export "resolveRelativePath" too. Found none')
  }
  if (resolve === undefined && resolveRelativePath !== undefined) {
    refuse('it exports "resolveRelativePath", so it must export "resolve" too. Found none')
  }
  if (schemes !== undefined && resolve === undefined) {
    refuse('it exports "schemes", so it must export "resolve" too. Found none')
  }
  if (transform !== undefined && accepts.length === 0) {
    refuse('it exports "transform", so it must export "accepts" too. Found none')
  }
  if (transform === undefined && accepts.length > 0) {
    refuse('it exports "accepts", so it must export "transform" too. Found none')
  }
  if (types !== undefined && transform === undefined) {
    refuse('it exports "types", so it must export "transform" too. Found none')
  }
  return {
    name,
    file: from.file,
    project: from.project,
    schemes: schemes === undefined ? undefined : new Set(schemes),
    extensions,
    accepts,
    resolve,
    resolveRelativePath,
    identify,
    transform,
    types,
  }
}
