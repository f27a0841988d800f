/** `npm:` and `jsr:`: packages of the two registries, as a CDN serves them to runtimes that install nothing. */

import { LoaderError } from '../../core/errors.mts'
import { escapeText } from '../../core/text.mts'
import type { LooseResponse } from '../../core/types.mts'

export const name = 'cdn'

export const schemes = ['npm:', 'jsr:']

/** By scheme: the variable that says where packages are, and where they are without one; `*` is the package. */
const places: Readonly<Record<string, readonly [variable: string, standard: string]>> = {
  npm: ['MIMEPORT_NPM_URL', 'https://esm.sh/*?target=node'],
  jsr: ['MIMEPORT_JSR_URL', 'https://esm.sh/jsr/*?target=node'],
}

/** As Deno has it: `npm:name@range/path`, `jsr:@scope/name@range/path`; a slash may follow the scheme. */
const form =
  /^(npm|jsr):\/?((?:@[\w.~-]+\/)?[\w.~-]+(?:@[^/?#\\]+)?(?:\/[^?#\\]*)?)(?:\?([^#]*))?$/i

/** What a URL loses as it is parsed, so that `.\t.` becomes `..`, and its like. WHATWG URL. */
// oxlint-disable-next-line no-control-regex
const control = /[\0-\x1f\x7f]/

function invalid(specifier: string, reason: string): LoaderError {
  const message = `Cannot load '${escapeText(specifier)}': ${reason}`
  return new LoaderError('ERR_MIMEPORT_INVALID_SPECIFIER', message, { url: specifier })
}

/**
 * Leads to the package at the CDN.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER
 */
export async function resolve(specifier: string): Promise<LooseResponse> {
  const [, scheme = '', path = '', query = ''] = form.exec(specifier) ?? []
  const [variable = '', standard = ''] = places[scheme.toLowerCase()] ?? []
  const isJsr = scheme.toLowerCase() === 'jsr'
  if (
    path === '' ||
    control.test(specifier) ||
    (isJsr && !path.startsWith('@')) ||
    /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(path)
  ) {
    throw invalid(specifier, 'write npm:name@version/path or jsr:@scope/name@version/path')
  }
  const place = process.env[variable] || standard
  const whole = place.includes('*') ? place : `${place.replace(/\/$/, '')}/*`
  const url = URL.parse(whole.replace('*', () => path))
  if (url === null) throw invalid(specifier, `${variable} has no URL: '${escapeText(place)}'`)
  if (query !== '') url.search = url.search === '' ? query : `${url.search}&${query}`
  return { statusCode: 307, headers: { location: url.href } }
}

/** @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER always: modules have the URLs that this leads to. */
export async function resolveRelativePath(specifier: string, parentPath: string): Promise<string> {
  throw invalid(specifier, `nothing is relative to '${escapeText(parentPath)}': it leads elsewhere`)
}
