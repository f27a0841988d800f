import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { LoaderError } from '../../core/errors.mts'
import { findImport, placeError, withoutOurFrames } from '../../core/application/import-error.mts'
import { assertUnder } from '../support/growth.mts'

const test = suite('import-error')

const ownURL = 'file:///mimeport/'

test('an import of a specifier is found by line and column of its quote', () => {
  const table: readonly [text: string, position: string | undefined][] = [
    ["import './x'", '1:8'],
    ["import x from './x'", '1:15'],
    ["import x from'./x'", '1:14'],
    ["\n\n  export * from './x'", '3:17'],
    ['\r\nimport "./x"', '2:8'],
    ["const x = await import('./x')", '1:24'],
    ["const x = await import ( './x')", '1:26'],
    ["const x = require('./x')", '1:19'],
    ['import {\n  a,\n} from `./x`', '3:8'],
    ["import './xx'", undefined],
    ["import 'x'", undefined],
    ['import "./x\'', undefined],
    ["const x = './x'", undefined],
    ['', undefined],
  ]
  for (const [text, position] of table) assert.is(findImport(text, './x'), position, text)
})

test('a specifier is no pattern', () => {
  for (const specifier of ['./a.b', './(a', './[a]', './a+', './$&', './a\\b', './a|b', '.*', '']) {
    assert.is(findImport(`import '${specifier}'`, specifier), '1:8', specifier)
  }
  assert.is(findImport("import './axb'", './a.b'), undefined)
})

test('a hostile text is searched in time', async () => {
  const texts = [
    'import'.repeat(200_000),
    `import${' '.repeat(1e6)}`,
    'from'.repeat(300_000),
    'import ('.repeat(1e5),
  ]
  for (const text of texts) {
    await assertUnder(2_000, () => findImport(text, './x'), text.slice(0, 10))
  }
})

const error = () => new LoaderError('ERR_MODULE_NOT_FOUND', 'Cannot find it')

test('the importing line stands on top, from where it is known', () => {
  const importing = { specifier: 'web:x', parentURL: 'web://h/a', position: '3:4', ownURL }
  const lines = placeError(error(), importing).stack!.split('\n')
  assert.is(lines[0], 'LoaderError [ERR_MODULE_NOT_FOUND]: Cannot find it')
  assert.is(lines[1], '    at web://h/a:3:4')
})

test('the importing line is looked for in a local module', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mimeport-import-error-'))
  const file = join(folder, 'a.mjs')
  writeFileSync(file, "import 'web:y'\nimport 'web:x'\n")
  const parentURL = pathToFileURL(file).href
  const top = (specifier: string, url: string) =>
    placeError(error(), { specifier, parentURL: url, ownURL }).stack!.split('\n')[1]
  assert.is(top('web:x', parentURL), `    at ${parentURL}:2:8`)
  assert.is(top('web:z', parentURL), `    at ${parentURL}`)
  rmSync(folder, { recursive: true })
  assert.is(top('web:x', parentURL), `    at ${parentURL}`)
  assert.is(top('web:x', 'web://h/a'), '    at web://h/a')
})

test('a call that is on the stack is the importing line already', () => {
  const parentURL = import.meta.url
  const stack = placeError(error(), { specifier: 'x', parentURL, ownURL }).stack!
  const lines = stack.split('\n')
  assert.ok(lines[1]!.includes(parentURL), stack)
  assert.match(lines[1]!, /:\d+:\d+\)?$/)
})

test('an import that nobody is known to have made has the stack of the program', () => {
  const { stack } = placeError(error(), { specifier: 'x', parentURL: undefined, ownURL })
  assert.not.match(stack!, /undefined/)
})

test('neither Node’s frames nor ours are shown', () => {
  const self = new URL('../..', import.meta.url).href
  const { stack } = placeError(error(), { specifier: 'x', parentURL: undefined, ownURL: self })
  assert.not.match(stack!, /node:internal/)
  assert.not.ok(stack!.includes(`${self}core/`))
})

test('our frames go from an error of Node’s own, and nothing else does', () => {
  const own = new Error('x')
  const lines = [
    'Error: x',
    `    at a (${ownURL}core/hooks.mts:1:1)`,
    `    at ${ownURL}loader.mts:1:1`,
    '    at b (node:internal/modules/customization_hooks:1:1)',
    '    at c (file:///app.mjs:1:1)',
  ]
  own.stack = lines.join('\n')
  assert.is(withoutOurFrames(own, ownURL), own)
  assert.is(own.stack, 'Error: x\n    at c (file:///app.mjs:1:1)')
})

test('what is no error, or is frozen, is passed on', () => {
  const frozen = Object.freeze(Object.assign(new Error('x'), { stack: `at ${ownURL}core/` }))
  for (const thrown of [null, undefined, 1, 'x', Symbol('x'), frozen, {}]) {
    assert.is(withoutOurFrames(thrown, ownURL), thrown)
  }
})

test('nothing of Error is changed, whatever the program has made of it', () => {
  const before = Object.getOwnPropertyDescriptors(Error)
  const place = () =>
    placeError(new Error('x'), { specifier: './x', parentURL: undefined, ownURL }).stack!
  const getter = { get: () => undefined, set: () => {}, configurable: true }
  try {
    Object.defineProperty(Error, 'prepareStackTrace', getter)
    const mended = Object.getOwnPropertyDescriptors(Error)
    assert.match(place(), /import-error\.test/)
    assert.equal(Object.getOwnPropertyDescriptors(Error), mended)
    for (const name of ['prepareStackTrace', 'stackTraceLimit']) Reflect.deleteProperty(Error, name)
    assert.match(place(), /import-error\.test/)
    assert.not.ok(Object.hasOwn(Error, 'stackTraceLimit'))
    assert.not.ok(Object.hasOwn(Error, 'prepareStackTrace'))
  } finally {
    Object.defineProperties(Error, before)
  }
})

test.run()
