/** T40: an old Node, an old HTTP client. */

import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isSupported, unsupported } from '../../core/application/node-version.mts'
import { run } from '../support/spawn.mts'
import { denied, passed } from './record.mts'

const test = suite('threats: old versions')
const root = new URL('../../', import.meta.url)

test('a Node that is too old is told from one that is not', () => {
  const old = ['18.20.8', '20.20.2', '22.22.3', '23.11.0', '24.0.0', '24.17.9', '25.9.0', '26.3.9']
  for (const version of old) assert.not.ok(isSupported(version), version)
  denied('T40', 'an old Node', old.length)
  const good = ['24.18.0', '24.99.0', '26.4.0', '26.10.0', '27.0.0', '28.1.2']
  for (const version of good) assert.ok(isSupported(version), version)
  passed('T40', 'a Node that is supported', good.length)
  assert.match(unsupported(), /^mimeport needs Node >=24\.18 or >=26\.4; this is v\S+ \(.+\)\n$/)
})

test('a program on an old Node ends with one line, before anything of it runs', async () => {
  // It says of itself what an old one says.
  const pretend = `data:text/javascript,
    Object.defineProperty(process.versions, 'node', { value: '24.17.0' })`
  const own = new URL('loader.mts', root).pathname
  const args = ['-e', 'console.log("it ran")']
  const nodeArgs = ['--import', pretend.replaceAll(/\s+/g, ' '), '--import', own]
  const result = await run(args, { nodeArgs })
  assert.is(result.status, 1)
  assert.is(result.stdout, '')
  assert.match(result.stderr, /^mimeport needs Node [^\n]+\n$/)
  denied('T40', 'a program on an old Node')
  const control = await run(args, { nodeArgs: nodeArgs.slice(2) })
  assert.is(control.stdout, 'it ran\n', control.stderr)
  passed('T40', 'the program on this Node')
})

test('the HTTP client is one without the holes that are known', () => {
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    dependencies: Record<string, string>
  }
  const numbers = (text: string) => text.replace('^', '').split('.').map(Number)
  // CVE-2026-13697 was mended in 8.9 and in 7.29.
  const isMended = (version: string) => {
    const [major = 0, minor = 0] = numbers(version)
    return major > 8 || (major === 8 && minor >= 9) || (major === 7 && minor >= 29)
  }
  for (const version of ['6.21.0', '7.28.0', '8.8.9']) assert.not.ok(isMended(version))
  assert.ok(isMended(dependencies['undici'] ?? ''), dependencies['undici'])
  const path = new URL('node_modules/undici/package.json', root)
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }
  assert.ok(isMended(version), version)
  denied('T40', 'an undici with a known hole', 3)
  passed('T40', `undici ${version}`)
})

test.run()
