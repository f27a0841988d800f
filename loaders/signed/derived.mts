/** Components that are no fields: what the message was sent as, and to. RFC 9421 §2.2 */

import type { Component } from './component.mts'
import type { Message, SignedRequest } from './message.mts'

/** application/x-www-form-urlencoded percent-encode set, after encoding. RFC 9421 §2.2.8; WHATWG URL §1.3 */
function encodeParameter(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()~]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function queryParameter({ parameters, identifier }: Component, url: URL): string {
  const name = parameters.get('name')
  if (name === undefined) throw new Error(`its component ${identifier} has no 'name'`)
  const values = [...url.searchParams].filter(([each]) => encodeParameter(each) === name)
  // RFC 9421 §2.2.8: one that is there several times must not be covered by this.
  if (values.length !== 1) {
    throw new Error(`it covers ${identifier}, which the query has ${values.length} times`)
  }
  return encodeParameter(values[0]![1])
}

/** Of a request. RFC 9110 §4.2.3 has the URL parser's forms: lower case, no default port, `/` for no path. */
const ofRequest: Readonly<
  Record<string, (url: URL, request: SignedRequest, component: Component) => string>
> = {
  '@method': (_url, { method }) => method,
  // A lone `?` is not sent.
  '@target-uri': (url) => `${url.origin}${url.pathname}${url.search}`,
  '@authority': (url) => url.host,
  '@scheme': (url) => url.protocol.slice(0, -1),
  '@request-target': (url) => url.pathname + url.search,
  '@path': (url) => url.pathname,
  '@query': (url) => url.search || '?',
  '@query-param': (url, _request, component) => queryParameter(component, url),
}

/**
 * The value of a derived component.
 * @throws {Error} for one that is unknown, or of the other kind of message.
 */
export function derivedValue(component: Component, { request, response }: Message): string {
  const { name, parameters, identifier } = component
  for (const parameter of parameters.keys()) {
    if (parameter === 'req' || (parameter === 'name' && name === '@query-param')) continue
    throw new Error(`its component ${identifier} cannot have the parameter '${parameter}'`)
  }
  if (name === '@status') {
    if (response !== undefined && !parameters.has('req')) return String(response.statusCode)
    throw new Error(`its component ${identifier} is of a response, not of a request`)
  }
  const derive = Object.hasOwn(ofRequest, name) ? ofRequest[name] : undefined
  if (derive === undefined) throw new Error(`its component ${identifier} is not known`)
  if (response !== undefined && !parameters.has('req')) {
    throw new Error(`its component ${identifier} is of the request, and has no 'req'`)
  }
  return derive(new URL(request.url), request, component)
}
