import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { formatOf, isFormat } from '../../core/format.mts'

const format = suite('format')

format('Node runs JavaScript, CommonJS, JSON and WebAssembly', () => {
  const formats: Readonly<Record<string, string | undefined>> = {
    'text/javascript': 'module',
    'application/javascript': 'module',
    'application/x-ecmascript': 'module',
    'application/node': 'commonjs',
    'application/json': 'json',
    'text/json': 'json',
    'application/ld+json': 'json',
    'application/wasm': 'wasm',
    'application/typescript': undefined,
    'text/markdown': undefined,
    'application/jsonc': undefined,
    'application/octet-stream': undefined,
    'text/plain': undefined,
    constructor: undefined,
  }
  for (const [essence, expected] of Object.entries(formats)) {
    assert.is(formatOf(essence), expected, essence)
  }
})

format('the seven names of formats end the cycle, and no other name does', () => {
  for (const name of ['module', 'commonjs', 'json', 'wasm', 'builtin', 'addon', 'dynamic']) {
    assert.ok(isFormat(name), name)
  }
  for (const name of ['', 'Module', 'module-typescript', 'text/javascript', 'constructor', 'esm']) {
    assert.not(isFormat(name), name)
  }
})

format.run()
