import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runProject } from '../support/spawn.mts'

const test = suite('cycles')

/** A loader that turns one media type into another. */
const step = (name: string, from: string, to: string, extension = name) => `
  export const name = '${name}'
  export const extensionMimeMap = { '${extension}': '${from}' }
  export const accepts = '${from}'
  export const transform = (headers, body) => ({ source: body + '/*${name}*/', format: '${to}' })`

const loaders: Readonly<Record<string, string>> = {
  'a.mjs': step('a', 'text/x', 'text/y'),
  'b.mjs': step('b', 'text/y', 'text/x'),
  'same.mjs': step('same', 'text/same', 'text/same; again=1'),
  'dead.mjs': step('dead', 'text/dead', 'text/end'),
  'grow.mjs': `
    export const extensionMimeMap = { grow: 'grow/1' }
    export const accepts = ['grow/*']
    export const transform = (headers, body) => ({
      source: body,
      format: 'grow/' + (Number(headers['content-type'].slice(5)) + 1),
    })`,
  'good.mjs': step('good', 'text/good', 'text/javascript'),
  'one.mjs': step('one', 'text/javascript', 'text/javascript', 'unused-one'),
  'two.mjs': step('two', 'text/javascript', 'application/javascript', 'unused-two'),
}

const app = `
  for (const name of ['x.a', 'x.b', 'x.same', 'x.dead', 'x.grow']) {
    try {
      await import('./' + name)
    } catch ({ code, message }) {
      console.log(code + ' ' + message.replace(/^.*: /, ''))
    }
  }
  const good = await import('./x.good')
  console.log(String(good.default))`

const grown = Array.from({ length: 16 }, (_, index) => `grow/${index + 1} -[grow]→ `).join('')

test('an import that goes in a circle fails with the whole way, and the next import works', async () => {
  for (const order of [Object.keys(loaders), Object.keys(loaders).toReversed()]) {
    const { stdout, stderr } = await runProject({
      ...loaders,
      'mimeport.json': JSON.stringify({ loaders: order.map((file) => `./${file}`) }),
      'x.a': '',
      'x.b': '',
      'x.same': '',
      'x.dead': '',
      'x.grow': 'x',
      'x.good': 'export default () => {}\n',
      'app.mjs': app,
    })
    assert.is(stderr, '')
    const lines = stdout.split('\n')
    assert.equal(lines.slice(0, 4), [
      'ERR_MIMEPORT_TRANSFORM_CYCLE text/x -[a]→ text/y -[b]→ text/x',
      'ERR_MIMEPORT_TRANSFORM_CYCLE text/y -[b]→ text/x -[a]→ text/y',
      'ERR_MIMEPORT_TRANSFORM_CYCLE text/same -[same]→ text/same; again=1',
      "ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE no loader accepts 'text/end' (text/dead -[dead]→ text/end)",
    ])
    assert.is(lines[4], `ERR_MIMEPORT_TOO_MANY_TRANSFORMS ${grown}grow/17`)
    assert.is(lines[5], '() => {}')
  }
})

test('two loaders that instrument JavaScript both do, once each, whatever it was before', async () => {
  for (const order of [
    ['good', 'one', 'two'],
    ['two', 'one', 'good'],
  ]) {
    const { stdout, stderr } = await runProject(
      {
        ...loaders,
        'mimeport.json': JSON.stringify({ loaders: order.map((name) => `./${name}.mjs`) }),
        'x.good': 'export default function f() {',
        'y.mjs': 'export default function f() {',
        // Each instrumentation is a comment inside the function, which the last line closes.
        'close.mjs': `
        export const accepts = 'text/javascript'
        export const transform = (headers, body) => ({ source: body.includes('function f') ? body + '}' : body, format: 'module' })`,
        'app.mjs': `
        import x from './x.good'
        import y from './y.mjs'
        console.log(String(x))
        console.log(String(y))`,
      },
      { env: { MIMEPORT_LOADERS: './close.mjs' } },
    )
    assert.is(stderr, '')
    const [first, second] = order.filter((name) => name !== 'good')
    assert.equal(stdout.split('\n'), [
      `function f() {/*good*//*${first}*//*${second}*/}`,
      `function f() {/*${first}*//*${second}*/}`,
      '',
    ])
  }
})

test.run()
