/** Where redirects lead. */

import * as assert from 'uvu/assert'
import { follow } from '../../../core/engine/location.mts'
import { Trail } from '../../../core/engine/trail.mts'
import { resolveRelative } from '../../../core/git-host/relative.mts'
import { host } from '../../../loaders/github/github.mts'
import { orRejection } from '../invariant.mts'
import type { Redirect } from '../../../core/engine/location.mts'

export const name = 'location'

export const seeds = [
  '/x.mjs',
  'https://b.example/y',
  'FILE:///etc/passwd',
  ' \tfile:///etc/passwd',
  'fi\nle:///etc/passwd',
  '//b.example/x',
  '\\\\b.example\\x',
  'data:text/javascript,1',
  'github:o/r/x',
  'http://a.example/',
  'https://user:pw@b.example/',
  '?x#y',
  'node:fs',
  '/a, /a',
  './é',
]

export const dictionary = [
  'file:',
  'data:',
  'node:',
  'blob:',
  'http:',
  '//',
  '\\',
  '\t',
  ' ',
  ', ',
  '../',
  '@',
  '#',
]

const commit = '0123456789abcdef0123456789abcdef01234567'

const codes = [
  'ERR_MIMEPORT_INVALID_REDIRECT',
  'ERR_MIMEPORT_LOCAL_IMPORT',
  'ERR_MIMEPORT_INSECURE_URL',
  'ERR_MIMEPORT_OUTSIDE_ORIGIN',
  'ERR_MIMEPORT_INVALID_SPECIFIER',
  'ERR_MIMEPORT_NOT_ALLOWED',
  // A loader's own answer, which is no specifier and nothing that the loader calls relative.
  'ERR_MIMEPORT_INVALID_RETURN',
] as const

const loader = {
  name: 'github',
  resolveRelativePath: async (specifier: string, parent: string) =>
    resolveRelative(host, specifier, parent) ?? false,
}

async function led(from: string, location: string): Promise<string | undefined> {
  const errand = {
    request: {
      specifier: from,
      parentURL: 'file:///app.mjs',
      importAttributes: {},
      conditions: [],
    },
    trail: new Trail(),
    signal: AbortSignal.abort(),
  }
  const redirect = {
    errand: { ...errand, signal: new AbortController().signal },
    from,
    loader,
    answer: { statusCode: 302, headers: { location }, body: null },
    visited: new Set([from]),
  }
  return orRejection(codes, () => follow(redirect as unknown as Redirect))
}

export async function run(input: string): Promise<void> {
  for (const from of ['https://a.example/lib/x.mjs', `github:o/r@${commit}/lib/x.mjs`]) {
    const next = await led(from, input)
    if (next === undefined) continue
    assert.not.match(next, /^\s*(?:file|data|blob|node):/i, 'from the network it stays there')
    if (from.startsWith('https:')) assert.not.match(next, /^http:/i)
    assert.match(next, /^[a-z][a-z\d+.-]*:/i, 'it is absolute')
    if (/^https?:/.test(next)) assert.is(new URL(next).username + new URL(next).password, '')
  }
}
