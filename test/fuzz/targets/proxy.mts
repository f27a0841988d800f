/** HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */

import * as assert from 'uvu/assert'
import { isListed, proxyFor } from '../../../core/http/proxy.mts'
import { orFailure } from '../invariant.mts'

export const name = 'proxy'
export const linear = true

export const seeds = [
  'http://proxy.example:3128',
  'https://user:pa%20ss@proxy.example',
  'proxy.example:8080',
  'http://user:100%@[::1]:3128',
  'socks5://127.0.0.1:1080',
  'localhost,127.0.0.0/8,.example.com,*.internal:8443,[::1]:443,fe80::/10',
  '*',
]

export const dictionary = ['://', '@', '/8', '/33', ':443', '*.', ', ', '::1', 'example.com', '%']

const target = new URL('https://a.example.com/x')
const loopback = [
  'http://127.0.0.1/',
  'https://localhost/',
  'http://x.localhost:8080/',
  'https://[::1]/',
]

export function run(input: string): void {
  const environment = { HTTPS_PROXY: input }
  const proxy = orFailure(['ERR_MIMEPORT_CONFIG'], () => proxyFor(target, environment))
  if (proxy !== undefined) {
    assert.ok(proxy.port >= 0 && proxy.port <= 65_535)
    assert.not(proxy.hostname === '')
    assert.match(proxy.authorization ?? 'Basic x', /^Basic [\w+/=]+$/)
    const { password } = URL.parse(input.includes('://') ? input.trim() : `http://${input.trim()}`)!
    if (password.length > 5) assert.not.match(proxy.name, password)
  }
  for (const url of loopback) {
    assert.is(proxyFor(new URL(url), environment), undefined, 'loopback goes through none')
  }
  assert.is(typeof isListed(target, input), 'boolean')
  assert.ok(isListed(target, `${input},a.example.com`), 'a host that is listed stays so')
  const excepted = { https_proxy: 'http://p.example', NO_PROXY: `${input} *` }
  assert.is(proxyFor(target, excepted), undefined)
}
