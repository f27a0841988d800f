/**
 * The URLs of CDNs whose paths name a package and a version, and what they are asked for a version: a file that every package
 * has, or what such a registry has for that. As of 2026-11: esm.sh, unpkg.com, cdn.jsdelivr.net (npm), jsr.io, deno.land.
 */

import { isExactVersion } from '../version-order.mts'

/** A package in a URL. */
export interface PackageURL {
  /** The URL up to the version, with the `@` that it has or would have: `https://esm.sh/acorn@`. */
  readonly base: string
  /** As it is written: a version, a range, a tag; '' for none, which is the latest. */
  readonly version: string
  readonly isExact: boolean
  /** What to ask for what a range or a tag means now, and for the latest; `undefined`: nobody can be asked. */
  readonly questionFor: (version: string) => string | undefined
}

interface Cdn {
  readonly origin: string
  /** Groups: what goes before the version, and the version. Of the path. */
  readonly pattern: RegExp
  readonly question: (base: string, version: string, path: string) => string | undefined
}

/** A name as npm has it, with its scope. */
const name = String.raw`(?:@[\w.~-]+\/)?[\w~-][\w.~-]*`

/** Every package of npm has one, and it is the same request for all of a package's modules. */
const packageJson = (base: string, version: string): string =>
  `${base}@${version === '' ? 'latest' : version}/package.json`

const cdns: readonly Cdn[] = [
  {
    origin: 'https://esm.sh',
    // `/gh/`, `/jsr/`, `/pr/` are of other registries: these have no package.json, and no 'latest'.
    pattern: new RegExp(
      String.raw`^(\/(?:v\d+\/|stable\/)?\*?(?!(?:gh|jsr|pr|pkg\.pr\.new)\/)${name})(?:@([^/?&]*))?(?=[/?&]|$)`,
    ),
    question: packageJson,
  },
  {
    origin: 'https://unpkg.com',
    pattern: new RegExp(String.raw`^(\/${name})(?:@([^/?]*))?(?=[/?]|$)`),
    question: packageJson,
  },
  {
    origin: 'https://cdn.jsdelivr.net',
    pattern: new RegExp(String.raw`^(\/npm\/${name})(?:@([^/?]*))?(?=[/?]|$)`),
    question: packageJson,
  },
  {
    origin: 'https://jsr.io',
    pattern: /^(\/@[\w-]+\/[\w-]+)\/(\d[^/?]*)(?=\/)/,
    // Its modules have exact versions alone. https://jsr.io/docs/api#package-version-metadata
    question: (base, version) => (version === '' ? `${base}/meta.json` : undefined),
  },
  {
    origin: 'https://deno.land',
    pattern: /^(\/x\/[\w-]+|\/std)(?:@([^/?]*))?(?=\/)/,
    // Without a version it redirects to the latest one.
    question: (base, version, path) => (version === '' ? `${base}${path}` : undefined),
  },
]

/** The package that a URL of a CDN names; `undefined` where it is none of theirs. */
export function packageOf(specifier: string): PackageURL | undefined {
  const url = URL.parse(specifier)
  const cdn = cdns.find(({ origin }) => origin === url?.origin)
  if (url === null || cdn === undefined) return undefined
  const [whole, path, version = ''] = cdn.pattern.exec(url.pathname) ?? []
  if (whole === undefined || path === undefined) return undefined
  const base = `${cdn.origin}${path}`
  const rest = url.pathname.slice(whole.length)
  return {
    base,
    version,
    isExact: isExactVersion(version),
    questionFor: (asked) => cdn.question(base, asked, rest),
  }
}

/** The version in a URL of a CDN; `undefined` where there is no exact one. */
export function versionIn(specifier: string): string | undefined {
  const found = packageOf(specifier)
  return found?.isExact === true ? found.version : undefined
}

/** What a CDN's answer, or the URL that it redirects to, says of the version. */
export function versionOfAnswer(answer: { location?: string; text?: string }): string | undefined {
  if (answer.location !== undefined) return versionIn(answer.location)
  try {
    const { version, latest } = JSON.parse(answer.text ?? '') as Record<string, unknown>
    const said = version ?? latest
    return typeof said === 'string' && isExactVersion(said) ? said : undefined
  } catch {
    // Another page than the one that was asked for.
    return undefined
  }
}
