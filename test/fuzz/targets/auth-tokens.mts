/** MIMEPORT_AUTH_TOKENS. */

import * as assert from 'uvu/assert'
import { authorizationFor } from '../../../core/resource/credentials/auth-tokens.mts'
import { orFailure } from '../invariant.mts'

export const name = 'auth-tokens'
export const last = true

export const seeds = [
  'tok3n-of-a-host@git.example',
  'user:pa55word@git.example:8443;other-token@.example.com',
  'a@b;c@d ; ;e:f@[::1]:80',
  'x@1.2;y@127.0.0.1:8080',
  'token@host;token@HOST.',
]

export const dictionary = ['@', ':', ';', 'git.example', '.example', ':443', '[::1]', '..', 'xn--']

const asked = [
  'https://git.example/x',
  'https://a.example.com/',
  'http://127.0.0.1:8080/',
  'https://b/',
]

export function run(raw: string): void {
  // The environment has no NUL, and nothing but Unicode.
  const input = raw.replaceAll('\0', '').toWellFormed()
  process.env['MIMEPORT_AUTH_TOKENS'] = input
  for (const text of asked) {
    const url = new URL(text)
    const value = orFailure(['ERR_MIMEPORT_CONFIG'], () => authorizationFor(url))
    if (value === undefined) continue
    assert.match(value, /^(?:Bearer|Basic) [!-~]+$/, 'a field can have it')
    // A token goes to a host that its entry names: by itself, or by what it is below.
    const hosts = input.split(';').map((entry) => entry.slice(entry.lastIndexOf('@') + 1).trim())
    const named = hosts.some((host) => {
      const parsed = URL.parse(`https://${host.replace(/^\./, '')}`)
      return parsed !== null && `.${url.hostname}`.endsWith(`.${parsed.hostname}`)
    })
    assert.ok(named, `${text} is of an entry`)
  }
  const stranger = new URL('https://nobody-named-this.invalid/')
  const none = orFailure(['ERR_MIMEPORT_CONFIG'], () => authorizationFor(stranger))
  if (!/invalid|nobody|%|xn--|[^\0-\x7f]/i.test(input))
    assert.is(none, undefined, 'no other host gets one')
  // No message has the secret of an entry that cannot be read.
  try {
    process.env['MIMEPORT_AUTH_TOKENS'] = `s3cr3t-c4n4ry${input}`
    authorizationFor(stranger)
  } catch (error) {
    assert.not.match((error as Error).message, 's3cr3t-c4n4ry')
  }
}
