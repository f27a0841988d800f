/** Dynamic modules, whole: a loader says what executes them, and the application thread runs it. */

import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { base, computed, lines, named } from '../support/dynamic-project.mts'
import { runProject } from '../support/spawn.mts'

const test = suite('dynamic modules')

test('the example in docs/dynamic-modules.md prints what it says', async () => {
  const text = readFileSync(new URL('../../docs/dynamic-modules.md', import.meta.url), 'utf8')
  const start = text.indexOf('## A complete example')
  const example = text.slice(start, text.indexOf('\n## ', start)).replaceAll('\r\n', '\n')
  const files: Record<string, string> = {}
  let output = ''
  for (const [, language, content = ''] of example.matchAll(/^```(\w+)\n([^]*?)^```$/gm)) {
    const name = /^(?:\/\/|;) (\S+)\n/.exec(content)?.[1]
    if (name !== undefined) files[name] = content
    else if (language === 'json') files['mimeport.json'] = content
    else if (language === 'text') output = content
  }
  assert.equal(Object.keys(files).sort(), [
    'app.mjs',
    'loaders/execute.mjs',
    'loaders/ini.mjs',
    'mimeport.json',
    'server.ini',
  ])
  const { stdout, stderr } = await runProject(files)
  assert.is(stderr, '')
  assert.is(stdout, output)
})

test('a module with named exports is executed at its place in evaluation order', async () => {
  const log = (name: string) => `console.log('${name}')`
  const printed = await lines({
    'first.mjs': log('first'),
    'last.mjs': log('last'),
    'deep.mjs': `import './b.dyn'\nimport './inner.mjs'\n${log('deep')}`,
    'inner.mjs': log('inner'),
    'a.dyn': named({ x: 1 }),
    'b.dyn': named({ x: 2 }),
    'app.mjs': `
      import './first.mjs'
      import { x as a } from './a.dyn'
      import './deep.mjs'
      import { x as b } from './b.dyn'
      import './last.mjs'
      console.log('app', a, b)`,
  })
  assert.equal(printed, [
    'first',
    'set.mjs',
    'execute a.dyn',
    'execute b.dyn',
    'inner',
    'deep',
    'last',
    'app 1 2',
  ])
})

test('a module with computed exports is executed before anything that is linked with it', async () => {
  const printed = await lines({
    'first.mjs': "console.log('first')",
    'a.dyn': computed({ x: 1 }),
    'app.mjs': "import './first.mjs'; import { x } from './a.dyn'; console.log('app', x)",
  })
  assert.equal(printed, ['return.mjs', 'execute a.dyn', 'first', 'app 1'])
})

test('bindings are live: who keeps the setters can set them later', async () => {
  for (const kind of [named, computed]) {
    const printed = await lines({
      'a.dyn': kind({ x: 1, default: 1 }),
      'reader.mjs': "import value, { x } from './a.dyn'; export const read = () => [value, x]",
      'app.mjs': `
        import * as all from './a.dyn'
        import { read } from './reader.mjs'
        import { createRequire } from 'node:module'
        const required = createRequire(import.meta.url)('./a.dyn')
        console.log(...read())
        const { x, default: byDefault } = setters
        x(2)
        byDefault(undefined)
        setTimeout(() => {
          x({ a: 1 })
          console.log(...read(), all.x === required.x, all.x)
        })
        console.log(...read(), all.x, required.x, required.default)`,
    })
    assert.equal(printed.slice(2), [
      '1 1',
      'undefined 2 2 2 undefined',
      'undefined { a: 1 } true { a: 1 }',
    ])
  }
})

test('a binding that is read before execution has ended is a ReferenceError', async () => {
  const printed = await lines({
    'cycle.mjs': `
      import { peek } from './app.mjs'
      export default (setters) => { peek(); setters.x(1); peek(); setters['y z'](2) }`,
    'a.dyn': JSON.stringify({ execute: '../cycle.mjs', exports: ['x', 'y z'] }),
    'app.mjs': `
      import { x, 'y z' as y } from './a.dyn'
      import * as all from './a.dyn'
      export function peek() {
        for (const read of [() => x, () => y, () => all['y z']]) {
          try { console.log(read()) } catch (error) { console.log(error.name, error.message) }
        }
      }
      peek()`,
  })
  const early = [
    "ReferenceError Cannot access 'x' before initialization",
    "ReferenceError Cannot access 'y' before initialization",
    "ReferenceError Cannot access 'y z' before initialization",
  ]
  assert.equal(printed, [...early, ...early, '1', '2', '2'])
})

test('any well-formed string is a name, and there is no setter but for the names', async () => {
  const names = [
    'default',
    '__proto__',
    'constructor',
    'a b',
    '',
    '0',
    '💡',
    "'",
    '"\\\u2028',
    'let',
  ]
  const values = Object.fromEntries(names.map((name, index) => [name, index]))
  for (const kind of [named, computed]) {
    const [, , ...printed] = await lines({
      'a.dyn': kind(values),
      'app.mjs': `
        import * as all from './a.dyn'
        console.log(JSON.stringify(Object.entries(all)))
        console.log(JSON.stringify(Object.entries(setters).map(([name, set]) => [name, typeof set])))
        console.log(Object.getPrototypeOf(setters), Object.isFrozen(setters), 'toString' in setters, 'b' in setters)`,
    })
    const sorted = (entries: [string, unknown][]) => entries.sort(([a], [b]) => (a < b ? -1 : 1))
    assert.equal(sorted(JSON.parse(printed[0]!)), sorted(Object.entries(values)))
    assert.equal(sorted(JSON.parse(printed[1]!)), sorted(names.map((name) => [name, 'function'])))
    assert.is(printed[2], 'null true false false')
  }
})

test('a module without exports is executed, too', async () => {
  for (const kind of [named, computed]) {
    const printed = await lines({
      'a.dyn': kind({}),
      'app.mjs': "import * as all from './a.dyn'; console.log(Object.keys(all))",
    })
    assert.equal(printed.slice(1), ['execute a.dyn', '[]'])
  }
})

test('names left unset are a ReferenceError that names them, the module and the execute module', async () => {
  const { stdout, stderr, path } = await runProject({
    ...base,
    'a.dyn': JSON.stringify({
      execute: './lib/set.mjs',
      exports: ['x', 'y z', 'default'],
      values: { x: 1 },
    }),
    'b.dyn': JSON.stringify({
      execute: './lib/undefined.mjs',
      exports: ['x'],
    }),
    'loaders/lib/undefined.mjs': 'export default (setters) => setters.x(undefined)',
    'app.mjs': `
      const fails = () => import('./a.dyn').catch((error) => error)
      const error = await fails()
      console.log(JSON.stringify([error instanceof ReferenceError, error.code, error.url, error.message]))
      console.log(await fails() === error, error.stack.split('\\n')[1])
      console.log(await import('./b.dyn'))`,
  })
  assert.is(stderr, '')
  const [, , result, frame, control] = stdout.split('\n')
  const url = `file://${path}/a.dyn`
  assert.equal(JSON.parse(result!), [
    true,
    'ERR_MIMEPORT_INVALID_EXECUTE',
    url,
    `Cannot execute '${url}': 'file://${path}/loaders/lib/set.mjs', the execute module of loader 'dyn', left 'y z', 'default' unset: each name in "exports" must be set before it returns`,
  ])
  assert.is(frame, `true     at ${url}:3:31`)
  assert.is(control, '[Module: null prototype] { x: undefined }')
})

test('what an execute module throws is the error of the import, as it is', async () => {
  const { stdout, stderr, path } = await runProject({
    ...base,
    'n.dyn': JSON.stringify({ execute: './lib/throw.mjs', exports: ['x'] }),
    'c.dyn': JSON.stringify({ execute: './lib/throw.mjs' }),
    'loaders/lib/throw.mjs': `
      export const failure = Object.assign(new RangeError('line 3'), { code: 'X' })
      export default function execute(setters, { url }) {
        if (url.endsWith('c.dyn') && globalThis.healed) return { x: 1 }
        failure.stack
        throw Object.assign(new RangeError(url.at(-5)), { code: 'X' })
      }`,
    'app.mjs': `
      for (const name of ['./n.dyn', './c.dyn']) {
        try { await import(name) } catch (error) {
          console.log(error instanceof RangeError, error.code, error.message)
          console.log(error.stack.split('\\n').slice(1).join('|'))
        }
      }
      globalThis.healed = true
      console.log((await import('./c.dyn')).x, await import('./n.dyn').catch((error) => error.message))`,
  })
  assert.is(stderr, '')
  const [n, nStack, c, cStack, healed] = stdout.trimEnd().split('\n')
  const frame = `at execute (file://${path}/loaders/lib/throw.mjs:6:29)`
  assert.is(n, 'true X n')
  assert.ok(nStack!.startsWith(`    ${frame}|    at file://${path}/n.dyn:3:21|`), nStack)
  assert.ok(nStack!.endsWith(`|    at async file://${path}/app.mjs:3:15`), nStack)
  assert.is(c, 'true X c')
  // Executed within a hook: the importing line, and no frame of the hook.
  assert.is(cStack, `    ${frame}|    at file://${path}/app.mjs:3:28`)
  // Node remembers for good what an evaluation failed with, and not what loading failed with.
  assert.is(healed, '1 n')
})

const refused: readonly [execute: string, computed: boolean, reason: RegExp][] = [
  ['export default async () => ({ x: 1 })', false, /returned a promise/],
  ['export default async () => ({ x: 1 })', true, /returned a promise/],
  ["export default async () => { throw new Error('late') }", false, /returned a promise/],
  ["export default async () => { throw new Error('late') }", true, /returned a promise/],
  ['export const execute = () => {}', false, /function as its default export. Received undefined/],
  ['export const execute = () => {}', true, /function as its default export. Received undefined/],
  ['export default { execute() {} }', false, /Received an object/],
  ['export default () => {}', true, /an object or a Map where "exports" .* Received undefined/],
  ['export default () => null', true, /Received null/],
  ["export default () => 'x'", true, /Received a string \('x'\)/],
  ['export default () => [1]', true, /Received an array/],
  ['export default () => () => {}', true, /Received a function/],
  ['export default () => new Map([[1, 1]])', true, /strings as names. Received a number \(1\)/],
  ["export default () => ({ '\\ud800': 1 })", true, /Received a string \('\\u{d800}'\)/],
  ['await 1; export default () => ({ x: 1 })', true, /has a top-level await/],
]

test('an execute module that does what it must not is refused, and the program goes on', async () => {
  const files: Record<string, string> = {}
  for (const [index, [text, isComputed]] of refused.entries()) {
    files[`loaders/lib/${index}.mjs`] = text
    const execute = `./lib/${index}.mjs`
    files[`${index}.dyn`] = JSON.stringify(isComputed ? { execute } : { execute, exports: ['x'] })
  }
  const printed = await lines({
    ...files,
    'app.mjs': `
      for (let index = 0; index < ${refused.length}; index += 1) {
        await import('./' + index + '.dyn').catch(({ code, name, message, stack }) => {
          console.log(code, name, message)
          if (/core.application|dist.loader/.test(stack)) console.log('frames of ours:', stack)
        })
      }`,
  })
  assert.is(printed.length, refused.length, printed.join('\n'))
  for (const [index, [text, , reason]] of refused.entries()) {
    assert.match(printed[index]!, /^ERR_MIMEPORT_INVALID_EXECUTE LoaderError Cannot execute 'file:/)
    assert.match(printed[index]!, `/loaders/lib/${index}.mjs', the execute module of loader 'dyn',`)
    assert.match(printed[index]!, reason, text)
  }
})

test('values are computed from an object, a Map, a namespace, and what has a getter', async () => {
  const made = {
    object: '({ x: 1, [Symbol.iterator]: 2 })',
    bare: "Object.assign(Object.create(null), { x: 1, ['__proto__']: 2 })",
    map: "new Map([['x', 1], ['then', 3]])",
    inherited: '({ __proto__: { y: 2 }, x: 1 })',
    hidden: "Object.defineProperty({ x: 1 }, 'y', { value: 2 })",
    getter: '({ get x() { return globalThis.count = (globalThis.count ?? 0) + 1 } })',
    namespace: 'namespace',
  }
  const files: Record<string, string> = { 'loaders/lib/names.mjs': 'export const x = 1' }
  for (const [name, value] of Object.entries(made)) {
    files[`${name}.dyn`] = JSON.stringify({ execute: `./lib/${name}.mjs` })
    files[`loaders/lib/${name}.mjs`] =
      `import * as namespace from './names.mjs'; export default () => ${value}; void namespace`
  }
  const names = Object.keys(made)
  const printed = await lines({
    ...files,
    'app.mjs': `
      ${names.map((name) => `import * as ${name} from './${name}.dyn'`).join('\n')}
      console.log(JSON.stringify([${names.map((name) => `Object.entries(${name})`).join()}]), count)`,
  })
  assert.equal(printed, [
    '[[["x",1]],[["__proto__",2],["x",1]],[["then",3],["x",1]],[["x",1]],[["x",1]],[["x",1]],[["x",1]]] 1',
  ])
})

test('an execute module that is not there is an error that names the loader, on top of its stack, and heals', async () => {
  const { stdout, stderr, path } = await runProject({
    ...base,
    'n.dyn': JSON.stringify({ execute: './lib/nope.mjs', exports: ['x'] }),
    'c.dyn': JSON.stringify({ execute: './lib/nope.mjs' }),
    'p.dyn': JSON.stringify({ execute: 'no-such-package', exports: ['x'] }),
    'app.mjs': `
      import { writeFileSync } from 'node:fs'
      for (const name of ['./n.dyn', './c.dyn', './p.dyn']) {
        await import(name).catch(({ code, name, message, stack }) => {
          console.log(code, name, message)
          if (!stack.startsWith(\`\${name} [\${code}]: \${message}\n    at \${import.meta.resolve('./loaders/dyn.mjs')}\n\`))
            console.log(stack)
        })
      }
      writeFileSync('loaders/lib/nope.mjs', 'export default ({ x }) => { x?.(1); return { x: 1 } }')
      console.log((await import('./c.dyn')).x, (await import('./n.dyn')).x)`,
  })
  assert.is(stderr, '')
  const message = (execute: string) =>
    `ERR_MODULE_NOT_FOUND LoaderError Cannot find '${execute}' imported from 'file://${path}/loaders/dyn.mjs': loader 'dyn' names it as the execute module of what it transforms`
  assert.equal(stdout.trimEnd().split('\n'), [
    message('./lib/nope.mjs'),
    message('./lib/nope.mjs'),
    message('no-such-package'),
    '1 1',
  ])
})

test('an execute module may be one that the program imports, at that moment or in a cycle', async () => {
  const printed = await lines({
    'loaders/lib/shared.mjs': `
      console.log('shared.mjs')
      export let executed = 0
      export default (setters) => { executed += 1; setters.x?.(executed); return { x: executed } }`,
    'n.dyn': JSON.stringify({ execute: './lib/shared.mjs', exports: ['x'] }),
    'c.dyn': JSON.stringify({ execute: './lib/shared.mjs' }),
    'd.dyn': JSON.stringify({ execute: './lib/shared.mjs', more: 1 }),
    'static.mjs': `
      import { executed } from './loaders/lib/shared.mjs'
      import { x as n } from './n.dyn'
      import { x as c } from './c.dyn'
      console.log(n, c, executed)`,
    'app.mjs': `
      await Promise.all([import('./d.dyn'), import('./static.mjs'), import('./loaders/lib/shared.mjs')])`,
  })
  assert.equal(printed, ['shared.mjs', '3 2 3'])
})

test('a module whose names its own execute module needs is an error, and not a loop', async () => {
  const printed = await lines({
    'own.mjs': `
      import { createRequire } from 'node:module'
      const require = createRequire(import.meta.url)
      export default (setters, { url }) => {
        try { require('./c.dyn') } catch ({ code, message }) { console.log(code, message.replace(/file:\\S+\\//g, '')) }
        return { x: 1 }
      }`,
    'static.mjs': "import './s.dyn'; export default () => ({ x: 1 })",
    'c.dyn': JSON.stringify({ execute: '../own.mjs' }),
    's.dyn': JSON.stringify({ execute: '../static.mjs' }),
    'app.mjs': `
      console.log((await import('./c.dyn')).x)
      await import('./s.dyn').then(({ x }) => console.log(x), ({ code }) => console.log(code))`,
  })
  assert.equal(printed, [
    "ERR_MIMEPORT_INVALID_EXECUTE Cannot execute 'c.dyn': 'own.mjs', the execute module of loader 'dyn', imports it: its names are known when it has been executed, so it can take no part in a cycle",
    '1',
    'ERR_MIMEPORT_INVALID_EXECUTE',
  ])
})

test('an execute module with a top-level await serves import, and require says what Node says', async () => {
  const printed = await lines({
    'loaders/lib/waits.mjs':
      'const value = await Promise.resolve(1); export default ({ x }) => x(value)',
    'a.dyn': JSON.stringify({ execute: './lib/waits.mjs', exports: ['x'] }),
    'b.dyn': JSON.stringify({ execute: './lib/waits.mjs', exports: ['x'], n: 2 }),
    'app.mjs': `
      import { createRequire } from 'node:module'
      try { createRequire(import.meta.url)('./b.dyn') } catch ({ code }) { console.log(code) }
      console.log((await import('./a.dyn')).x)`,
  })
  assert.equal(printed, ['ERR_REQUIRE_ASYNC_MODULE', '1'])
})

test('the execute module gets text, bytes or nothing, and the map of what it gets', async () => {
  const printed = await lines({
    'mimeport.json': '{ "loaders": ["./loaders/*.mjs"] }'.replace(
      '*.mjs',
      'dyn.mjs", "./loaders/steps.mjs',
    ),
    'loaders/dyn.mjs': `
      const map = { version: 3, sources: ['x'], names: [], mappings: 'AACA' }
      export const extensionMimeMap = { text: 'text/x-text', bin: 'application/x-bin', none: 'text/x-none', two: 'text/x-one' }
      export const accepts = ['text/x-text', 'application/x-bin', 'text/x-none', 'text/x-two']
      export const transform = (headers, body) => ({
        format: 'dynamic', exports: [], execute: './lib/show.mjs',
        ...(headers['content-type'] === 'text/x-none' ? {} : { source: body }),
        ...(headers['content-type'] === 'text/x-two' ? { map } : {}),
      })`,
    'loaders/steps.mjs': `
      export const accepts = ['text/x-one']
      export const transform = (headers, body) => ({
        format: 'text/x-two', source: '\\n' + body,
        map: { version: 3, sources: ['x'], names: [], mappings: ';AAAA' },
      })`,
    'loaders/lib/show.mjs': `
      export default (setters, { source, map, ...rest }) => {
        const { sources, sourcesContent, mappings } = JSON.parse(map ?? '{}')
        console.log(source, Object.keys(rest), sources?.map((url) => url.split('/').at(-1)), sourcesContent, mappings?.replace(/;+$/, ''))
      }`,
    'a.text': 'é',
    'a.bin': '\u0000',
    'a.none': 'x',
    'a.two': 'é',
    'app.mjs': "import './a.text'; import './a.bin'; import './a.none'; import './a.two'",
  })
  assert.equal(printed, [
    "é [ 'url' ] undefined undefined undefined",
    "Uint8Array(1) [ 0 ] [ 'url' ] undefined undefined undefined",
    " [ 'url' ] undefined undefined undefined",
    '',
    "é [ 'url' ] [ 'a.two' ] [ 'é' ] AAAA",
  ])
})

test('twenty thousand names are a module like any other', async () => {
  const values = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`n${n}`, n]))
  for (const kind of [named, computed]) {
    const printed = await lines({
      'a.dyn': kind(values),
      'app.mjs': "import * as all from './a.dyn'; console.log(Object.keys(all).length, all.n19999)",
    })
    assert.is(printed.at(-1), '20000 19999')
  }
})

test.run()
