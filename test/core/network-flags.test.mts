import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { networkFlags } from '../../core/bridge/network-flags.mts'
import { loaderPath, runProject } from '../support/spawn.mts'

const test = suite('network flags')

test('flags for connections are passed on, in the order in which they count, and no others', () => {
  const given = ['--tls-min-v1.3', '--import', 'x', '--dns_result_order', 'ipv6first', '--inspect']
  const { execArgv, env } = networkFlags(
    given,
    '--dns-result-order=ipv4first --tls-cipher-list=x --max-old-space-size=99',
  )
  assert.equal(execArgv, [
    '--dns-result-order=ipv4first',
    '--tls-min-v1.3',
    '--dns-result-order=ipv6first',
  ])
  assert.equal(env, {})
})

test('--use-system-ca goes by the environment, which both lines of Node take', () => {
  assert.equal(networkFlags(['--use-system-ca'], ''), {
    execArgv: [],
    env: { NODE_USE_SYSTEM_CA: '1' },
  })
  assert.equal(networkFlags([], '--use-system-ca').env, { NODE_USE_SYSTEM_CA: '1' })
})

const files = {
  'mimeport.json': '{ "loaders": ["./engine.mjs"] }',
  'engine.mjs': `import { getDefaultResultOrder } from 'node:dns'
import { DEFAULT_MIN_VERSION } from 'node:tls'
export const schemes = ['engine:']
export const resolveRelativePath = (specifier) => specifier
export const resolve = () => ({
  headers: { 'content-type': 'text/javascript' },
  body: 'export default ' + JSON.stringify([DEFAULT_MIN_VERSION, getDefaultResultOrder(), process.env.NODE_USE_SYSTEM_CA]),
})`,
  'app.mjs': "import x from 'engine:x'\nconsole.log(x.join())",
}

test('what the engine connects with is what the program was started with', async () => {
  const hooks = ['--import', loaderPath]
  const flags = ['--tls-min-v1.3', '--dns-result-order=ipv6first', '--use-system-ca']
  const { stdout, stderr } = await runProject(files, { nodeArgs: [...hooks, ...flags] })
  assert.is(stderr, '')
  assert.is(stdout, 'TLSv1.3,ipv6first,1\n')
  assert.is((await runProject(files)).stdout, 'TLSv1.2,verbatim,\n')
})

test.run()
