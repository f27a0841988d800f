/** Entries of `allow`, and what they cover. */

import * as assert from 'uvu/assert'
import { defaultList, matches } from '../../../core/policy/entry.mts'
import { readEntry } from '../../../core/policy/entry-syntax.mts'
import { allowing, entryFor } from '../../../core/policy/suggestion.mts'
import { orError } from '../invariant.mts'
import type { Random } from '../random.mts'

export const name = 'entry'
export const linear = true

export const seeds = [
  ...defaultList,
  'default',
  'loopback',
  'https:',
  'https://host.example:8443/a',
  'https://*.example.com/',
  'https://esm.sh/react@*',
  'github:owner',
  'github:owner/repo',
  'gitlab:group/sub/project',
  'npm:',
  'http://127.0.0.1:8080/x',
  'https://例え.jp/',
  'https://EXAMPLE.com./A/%2e%2e/b',
  'https://user@host/',
]

export const dictionary = [
  '*',
  '*.',
  '/',
  ':443',
  ':8443',
  '.',
  '@',
  '%2f',
  '%2e%2e',
  '\\',
  '?',
  '#',
  'https://',
  'github:',
  'localhost',
  '[::1]',
  'a.example',
]

const hosts = [
  'a.example',
  'b.a.example',
  'xa.example',
  'localhost',
  '127.0.0.1',
  'esm.sh',
  '[::1]',
  'a.example.',
]
const paths = ['', 'a', 'a/', 'a/b', 'ab', 'a%2fb', 'A', '*', 'react@*', 'a/../b', '%61', 'a//b']

export function generate(random: Random): string {
  const port = random.pick(['', '', ':443', ':8443', ':80'])
  const host = random.pick(['', '', '*.']) + random.pick(hosts)
  return random.chance(4)
    ? `${random.pick(['github:', 'gitlab:', 'npm:'])}${random.pick(paths)}/${random.pick(paths)}`
    : `${random.pick(['https', 'https', 'http'])}://${host}${port}/${random.pick(paths)}`
}

/** URLs to compare with, as a server would be asked for them. */
const asked = hosts.flatMap((host) =>
  ['', ':8443'].flatMap((port) =>
    ['https', 'http'].flatMap((scheme) =>
      paths.map((path) => `${scheme}://${host}${port}/${path}`),
    ),
  ),
)

function bareHost(host: string): string {
  return host.replace(/\.$/, '')
}

/** A path's bytes without escapes. A `%` that begins none stands for itself. */
function unescaped(path: string): string {
  return path.replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
}

export function run(input: string): void {
  const entry = orError(SyntaxError, () => readEntry(input))
  if (entry !== undefined) {
    // A scheme of a project's own has whatever spellings its loader gives it.
    if (entry.kind === 'web' || /^(?:github|gitlab|codeberg):/.test(entry.text)) {
      assert.match(entry.text, /^[\x21-\x7e]+$/, 'it is stored in ASCII')
      assert.equal(readEntry(entry.text), entry, 'what is stored means the same')
    }
    if (entry.kind === 'web' && !entry.wild && !entry.text.includes('*')) {
      assert.ok(matches(input, entry.text), 'an entry covers the URL that it is')
    }
    if (entry.kind === 'web') {
      for (const url of asked) {
        if (!matches(input, url)) continue
        const parsed = new URL(url)
        assert.is(parsed.protocol, entry.scheme, 'the scheme is exact')
        assert.is(
          parsed.port || (parsed.protocol === 'https:' ? '443' : '80'),
          entry.port,
          'and the port',
        )
        const host = bareHost(parsed.hostname)
        if (!entry.wild) assert.is(host, entry.host)
        else assert.ok(host.endsWith(`.${entry.host}`) && host !== entry.host)
        // What ends within a segment is covered by a pattern alone.
        if (!entry.text.includes('*')) {
          const own = new URL(entry.text.replace('*.', '')).pathname
          const boundary = own.endsWith('/') ? own : `${own}/`
          const decoded = unescaped(new URL(url).pathname)
          const plain = unescaped(own)
          assert.ok(
            decoded === plain ||
              `${decoded}/`.startsWith(unescaped(boundary)) ||
              decoded.replaceAll('//', '/').startsWith(plain),
            `${input} covers ${url}`,
          )
        }
      }
    }
    // Nothing of this machine is covered by any.
    for (const url of ['file:///etc/passwd', 'data:,x', 'node:fs', 'blob:x']) {
      assert.not(matches(input, url))
    }
  }
  const suggested = entryFor(input)
  if (suggested !== undefined) {
    readEntry(suggested)
    assert.ok(matches(suggested, input), `what is suggested, ${suggested}, would allow it`)
    const list = orError(SyntaxError, () => allowing(['default'], suggested))
    if (list !== undefined) assert.ok(list.some((each) => matches(each, input)))
  }
}
