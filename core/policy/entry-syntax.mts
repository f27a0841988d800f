/** Reads an entry of a list of what may be imported, and says what is wrong with one that is none. */

import { escapeText } from '../text.mts'
import { foldHost, isLoopback } from './host.mts'
import { gitSchemes, readingsOf } from './target.mts'
import { parseURL, schemeOf } from '../native.mts'

export interface Entry {
  readonly kind: 'any' | 'default' | 'loopback' | 'scheme' | 'opaque' | 'web'
  readonly scheme: string
  /** Of the web. `wild`: of what is below it. */
  readonly host: string
  readonly wild: boolean
  readonly port: string
  /** As those of a target. */
  readonly readings: readonly (readonly string[])[]
  /** As it is shown and stored: ASCII. */
  readonly text: string
}

const nothing = { scheme: '', host: '', wild: false, port: '', readings: [] }

const words: Readonly<Record<string, Entry>> = {
  '*': { ...nothing, kind: 'any', text: '*' },
  default: { ...nothing, kind: 'default', text: 'default' },
  loopback: { ...nothing, kind: 'loopback', text: 'loopback' },
}

function refuse(reason: string): never {
  throw new SyntaxError(reason)
}

/** Schemes of what is on this machine. */
const local = new Set(['file:', 'data:', 'blob:', 'node:'])

const anyHost = "for every public host of the web write 'https:'"

function webEntry(text: string, scheme: string): Entry {
  const authority = /^https?:\/\/([^/]*)/i.exec(text)?.[1]
  if (authority === undefined || authority === '') {
    return refuse(`it names no host: '${scheme}//host/'; ${anyHost}`)
  }
  if (/^\*\.*(?::\d*)?$/.test(authority)) refuse(anyHost)
  if (authority.includes('@')) refuse('a user name or a password has no place in it')
  if (authority.endsWith(':*'))
    refuse("a port is written out; 'loopback' is this machine at any port")
  const wild = authority.startsWith('*.')
  if (authority.startsWith('.')) refuse(`a host's beginning is '*': '${scheme}//*${authority}/'`)
  if (authority.slice(wild ? 2 : 0).includes('*')) {
    refuse("a '*' in a host is its first label, and stands for one or more: 'https://*.host/'")
  }
  const url = parseURL(wild ? text.replace('*.', '') : text)
  if (url === null) return refuse('it is no valid URL')
  if (/\/(?:\.|%2e){1,2}(?:\/|$)/i.test(text)) refuse("its path has '.' or '..' in it")
  const host = foldHost(url.hostname)
  // `%2a`, and its like of full width: written again, it would be a pattern.
  if (/\*|^\./.test(host)) refuse("a '*' and a '.' in a host are written as they are")
  if (scheme === 'http:' && !isLoopback(host)) {
    refuse(`anyone on the way could change what comes by http: write 'https://${host}/'`)
  }
  return {
    kind: 'web',
    scheme,
    host,
    wild,
    port: url.port || (scheme === 'https:' ? '443' : '80'),
    readings: readingsOf(url.pathname.slice(1)),
    text: wild ? url.href.replace('://', '://*.') : url.href,
  }
}

function opaqueEntry(scheme: string, rest: string): Entry {
  const path = rest.replace(/^\/{0,2}/, '')
  if (gitSchemes.has(scheme)) {
    const names = path.replace(/\/$/, '').split('/')
    // No owner's name has such characters: it would only look like one.
    if (/[^!-~]/.test(path)) refuse('no owner and no repository has characters beyond ASCII')
    const most = scheme === 'gitlab:' ? Infinity : 2
    if (names.length > most || names.includes('') || path.indexOf('@') !== -1) {
      refuse(
        `it is an owner or a repository, '${scheme}owner' or '${scheme}owner/repo', with all that is in it at every commit`,
      )
    }
    const folded = names.join('/').toLowerCase()
    const text = `${scheme}${names.join('/')}`
    return { ...nothing, kind: 'opaque', scheme, readings: [folded.split('/')], text }
  }
  return { ...nothing, kind: 'opaque', scheme, readings: readingsOf(path), text: scheme + rest }
}

/**
 * Reads an entry.
 * @throws {SyntaxError} saying what it should be.
 */
export function readEntry(text: string): Entry {
  const word = Object.hasOwn(words, text) ? words[text] : undefined
  if (word !== undefined) return word
  if (text === '') refuse('it is empty')
  if (/[\s\\]/.test(text) || escapeText(text) !== text) {
    refuse('it has a space, a backslash or a control character in it')
  }
  const scheme = schemeOf(text)
  // `localhost:8080` and `example.com:443` look like one.
  const [, before = '', after = ''] = /^([^:/]*):?(.*)$/.exec(text) ?? []
  if (scheme === undefined || before.includes('.') || /^\d+(?:\/|$)/.test(after)) {
    const start = /^localhost\b/i.test(text) ? 'http' : 'https'
    return refuse(`it is a URL or a beginning of one: '${start}://${text.replace(/^\/+/, '')}'`)
  }
  if (/[?#]/.test(text)) refuse("it ends before '?' and '#'")
  // A list of another tool's. As one entry it would cover nothing, and refuse nothing.
  if (/,[a-z][a-z\d+.-]*:|^[^/]*\/\/[^/]*,/i.test(text)) {
    refuse('it is several, with commas: each is a string of its own, and MIMEPORT_ALLOW has spaces')
  }
  if (local.has(scheme)) refuse(`'${scheme}' is nothing that comes over a network`)
  const rest = text.slice(scheme.length)
  const isWeb = scheme === 'https:' || scheme === 'http:'
  if (rest === '') {
    if (scheme === 'http:') refuse("http: is for this machine alone: write 'loopback'")
    return { ...nothing, kind: 'scheme', scheme, text: scheme }
  }
  return isWeb ? webEntry(text, scheme) : opaqueEntry(scheme, rest)
}

/** What is wrong with an entry of a list; `undefined` when it is one. `*` is none there: what it allows is to be said. */
export function entryFault(text: string): string | undefined {
  if (text === '*') return anyHost
  try {
    readEntry(text)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
