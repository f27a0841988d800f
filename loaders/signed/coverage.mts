/** What a signature of a response must cover, so that nothing that matters can be exchanged. RFC 9421 §7.2.1, §7.2.8 */

import { digestAlgorithms } from './content-digest.mts'
import { sameAs } from './component.mts'
import type { Component } from './component.mts'
import type { FieldLines } from './message.mts'

/** Of the response itself and its header section, and of the whole field and not a member. */
function isWhole({ parameters }: Component): boolean {
  return !['req', 'tr', 'key'].some((parameter) => parameters.has(parameter))
}

/** Digests that are covered: `undefined` when none is, the algorithms when some members are. */
export function coveredDigests(components: readonly Component[]): readonly string[] | undefined {
  const all = components.filter(
    ({ name, parameters }) =>
      name === 'content-digest' && !parameters.has('req') && !parameters.has('tr'),
  )
  if (all.some(isWhole)) return [...digestAlgorithms.keys()]
  const members = all.map(({ parameters }) => String(parameters.get('key')))
  const known = members.filter((member) => digestAlgorithms.has(member))
  return known.length === 0 ? undefined : known
}

/**
 * Whether a request is told from every other by what is covered of it: the URL in one piece, or its host, path and query. A
 * good response to another request must not do.
 */
function namesRequest(components: readonly Component[]): boolean {
  const has = (name: string): boolean =>
    components.some((each) => each.name === name && each.parameters.has('req'))
  if (has('@target-uri')) return true
  return has('@authority') && (has('@request-target') || (has('@path') && has('@query')))
}

/**
 * Says what a signature fails to cover; `undefined`: nothing.
 * @param wanted of the configuration
 */
export function coverageFault(
  components: readonly Component[],
  { statusCode, headers }: { readonly statusCode: number; readonly headers: FieldLines },
  wanted: readonly Component[],
): string | undefined {
  const covers = (name: string): boolean =>
    components.some((each) => each.name === name && isWhole(each))
  const isContent = statusCode < 300
  const needed = isContent ? ['@status', 'content-type'] : ['@status', 'location']
  if (isContent) {
    // What else says how the content is read, where it is there: put there by another, it would not be covered.
    needed.push(...['content-encoding', 'location'].filter((name) => Object.hasOwn(headers, name)))
  }
  const missing = needed.find((name) => !covers(name))
  if (missing !== undefined) return `it does not cover '${missing}'`
  if (isContent && coveredDigests(components) === undefined) {
    return "it does not cover 'content-digest' (sha-256 or sha-512)"
  }
  if (!namesRequest(components)) {
    return `it does not cover what was asked for ("@target-uri";req, or "@authority";req with "@path";req and "@query";req): it would do for another URL`
  }
  const all = new Set(components.map(sameAs))
  const lacking = wanted.find((component) => !all.has(sameAs(component)))
  return lacking && `it does not cover ${lacking.identifier}, as the configuration wants`
}
