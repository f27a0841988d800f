/** What the status codes of responses mean for a module, and what a reader can do about those that bring none. RFC 9110 §15. */

import { escapeText } from '../text.mts'
import { retryAfter } from '../resource/retry-after.mts'
import type { HeaderRecord } from '../types.mts'

/** The codes whose Location is followed for a GET. RFC 9110 §15.4. */
const redirects = new Set([301, 302, 303, 307, 308])

/** Whether a response leads elsewhere. 300 leaves the choice to its reader, and 304 to a cache. */
export function isRedirect(statusCode: number): boolean {
  return redirects.has(statusCode)
}

/** The successes that are no whole answer to a GET. */
const withoutContent = new Set([202, 204, 205, 206, 207, 208, 226])

/** Whether a response has a module's content. RFC 9110 §15: an unknown code counts as the x00 of its class. */
export function hasContent(statusCode: number): boolean {
  return statusCode >= 200 && statusCode < 300 && !withoutContent.has(statusCode)
}

/** Whether nothing is there. */
export function isMissing(statusCode: number): boolean {
  return statusCode === 404 || statusCode === 410
}

/** Reasons that leave no question about the body: it is not shown. */
const reasons: Readonly<Record<number, string>> = {
  204: ', which has no content; a module needs some',
  205: ', which has no content; a module needs some',
  206: ', which is a part; nobody asked for a range',
  226: ', which is a difference; nobody asked for one',
  304: ', though nobody asked whether it had changed',
}

/** The reason of a status whose body says nothing; `undefined` for one whose body may. */
export function reasonOf(statusCode: number): string | undefined {
  return reasons[statusCode]
}

const day = 86_400

/** When to try again, by the Retry-After of a response, in words. RFC 9110 §10.2.3. */
function whenToRetry(headers: HeaderRecord): string {
  const seconds = Math.ceil((retryAfter(headers, Date.now()) ?? Number.NaN) / 1000)
  if (Number.isNaN(seconds)) return 'import it again in some minutes'
  if (seconds === 0) return 'import it again'
  if (seconds < 120) return `import it again in ${seconds} s`
  if (seconds < 7200) return `import it again in ${Math.ceil(seconds / 60)} min`
  if (seconds < 2 * day) return `import it again in ${Math.ceil(seconds / 3600)} h`
  const days = Math.ceil(seconds / day)
  return days > 3650 ? 'it says not to come back' : `import it again in ${days} days`
}

/** How credentials for the host of a URL are given, by the scheme that it asks for. RFC 9110 §11.6.1. */
function howToAuthenticate(url: string, headers: HeaderRecord): string {
  const { protocol = '', host = '' } = URL.parse(url) ?? {}
  if (!/^https?:$/.test(protocol)) return ''
  const basic = /(?:^|,)\s*basic(?:\s|,|$)/i.test(headers['www-authenticate'] ?? '')
  return ` (MIMEPORT_AUTH_TOKENS='${basic ? 'USER:PASSWORD' : 'TOKEN'}@${escapeText(host)}')`
}

/** A field's value for a message: escaped, and no longer than it must be. */
function show(value: string | undefined): string {
  return escapeText((value ?? '').trim().slice(0, 100))
}

const later = 'import it again later'

/** What to do about each code that has a meaning of its own. */
const advice: Readonly<Record<number, string>> = {
  202: `it is not ready: ${later}`,
  207: 'it is many answers in one; name the one',
  208: 'it is told of elsewhere in the same answer; name that',
  305: 'that is used no more',
  306: 'that is used no more',
  402: 'it is for those who pay',
  406: 'it has it in no media type that this import can use',
  407: 'the proxy wants credentials: write them into its URL, USER:PASSWORD@ before the host',
  408: 'it waited too long for the request: import it again',
  409: `its state forbids it for now: ${later}`,
  410: 'it is gone for good; what imports it needs another',
  413: 'the request is too large for it: are the headers of the configuration too long?',
  414: 'the URL is too long for it',
  421: 'the server does not answer for this host: is the URL right?',
  423: `it is locked: ${later}`,
  425: 'it takes no request that may be a repetition: import it again',
  431: 'the request is too large for it: are the headers of the configuration too long?',
  451: 'the law forbids to show it',
  501: 'it does not know how to answer a GET',
  502: `what stands before the server got no good answer from it: ${later}`,
  504: `what stands before the server got no answer from it in time: ${later}`,
  505: 'it does not speak HTTP/1.1',
  508: 'it went round in a circle: ask whoever runs it',
  511: 'this network wants a login first: open a page in a browser',
}

/** What to do about the codes whose advice depends on the response. `isPage`: its body is a page for a browser. */
function ownAdvice(
  url: string,
  statusCode: number,
  headers: HeaderRecord,
  isPage: boolean,
): string | undefined {
  switch (statusCode) {
    case 300: {
      const preferred = show(headers['location'])
      return `it offers several; name one${preferred === '' ? '' : `, such as '${preferred}'`}`
    }
    case 401:
      return `it wants credentials, or others than it was given${howToAuthenticate(url, headers)}`
    case 403: {
      const who = isPage ? 'such a page is for humans: it' : 'it'
      return `${who} keeps programs out, or wants credentials${howToAuthenticate(url, headers)}`
    }
    case 404:
      return 'is its name spelt right?'
    case 405: {
      const allowed = show(headers['allow'])
      return `it takes no GET${allowed === '' ? '' : `, but ${allowed}`}, and an import is one`
    }
    case 426:
      return `it wants another protocol${headers['upgrade'] === undefined ? '' : `, ${show(headers['upgrade'])}`}`
    case 429:
      return `too many requests came from here: ${whenToRetry(headers)}`
    case 503:
      return `it is overloaded, or down for a while: ${whenToRetry(headers)}`
    default:
      return undefined
  }
}

/** What to do about a code that nobody knows, by its class. RFC 9110 §15. */
function adviceOfClass(statusCode: number): string {
  if (statusCode < 300) return 'it is no module'
  if (statusCode < 400) return 'it leads nowhere'
  if (statusCode < 500) return 'it finds fault with the request: is the URL right?'
  if (statusCode < 600) return 'the server failed: ask whoever runs it, or import it again later'
  return 'that is no status of HTTP: ask whoever runs the server'
}

/** What a reader should do about a response without content. */
export function adviceFor(
  url: string,
  statusCode: number,
  headers: HeaderRecord,
  isPage: boolean,
): string {
  return (
    ownAdvice(url, statusCode, headers, isPage) ?? advice[statusCode] ?? adviceOfClass(statusCode)
  )
}
