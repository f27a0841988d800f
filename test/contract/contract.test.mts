import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loaderContract, runContract } from '../../contract/contract.mts'
import { rejects } from '../support/rejects.mts'
import type { ContractSamples } from '../../contract/contract.mts'

const test = suite('contract')

const resolveRelativePath = (specifier: string, parentPath: string) => {
  const url = new URL(specifier, parentPath.replace('good:', 'https:'))
  if (url.host !== 'host') throw new Error(`'${specifier}' leaves the host`)
  return url.href.replace('https:', 'good:')
}

/** A loader that does everything as it should. */
const good = {
  name: 'good',
  schemes: ['good:'],
  resolve: async (specifier: string): Promise<unknown> => ({
    statusCode: 200,
    headers: { 'Content-Type': 'text/good' },
    body: specifier,
  }),
  resolveRelativePath: resolveRelativePath as (...args: any[]) => unknown,
  extensionMimeMap: { good: 'text/good' } as Record<string, unknown>,
  identify: ((_url, body) =>
    typeof body === 'string' && body.startsWith('#good') ? 'text/good' : false) as (
    ...args: any[]
  ) => unknown,
  accepts: ['text/good', 'application/good'] as unknown,
  transform: ((_headers, body) => ({
    source: `export default ${JSON.stringify(String(body))}`,
    format: 'module',
  })) as (...args: any[]) => unknown,
  types: ((_headers, body) =>
    body === 'one' && 'declare const value: string\nexport default value') as (
    ...args: any[]
  ) => unknown,
}

const samples = {
  resolve: [
    { specifier: 'good://host/a', contentType: 'text/good', body: 'good://host/a' },
    {
      specifier: 'good://host/b',
      statusCode: 200,
      body: new TextEncoder().encode('good://host/b'),
    },
  ],
  relative: [
    { specifier: './b', parentPath: 'good://host/x/a', expected: 'good://host/x/b' },
    { specifier: '//other/b', parentPath: 'good://host/x/a', refused: true },
  ],
  transform: [
    {
      body: 'one',
      format: 'module',
      types: 'declare const value: string\nexport default value',
    },
    { types: false, body: new Uint8Array([1, 2]), headers: { 'content-type': 'application/good' } },
  ],
  identify: [
    { body: '#good', expected: 'text/good' },
    { body: 'bad', expected: false },
  ],
} satisfies ContractSamples

/** Names of the cases that fail. */
async function failing(loader: object | string | URL, own: ContractSamples = samples) {
  const names: string[] = []
  for (const { name, run } of loaderContract(loader, own)) {
    await run().catch(() => names.push(name))
  }
  return names
}

const allNames = loaderContract(good, samples).map(({ name }) => name)

test('a good loader passes every case, in each form', async () => {
  for (const form of [
    good,
    { default: good },
    { ...good, resolve: async () => good.resolve('x') },
  ]) {
    const own =
      form === good || 'default' in form
        ? samples
        : { ...samples, resolve: [{ specifier: 'good://host/a' }] }
    const { passed, skipped } = await runContract(form, own)
    assert.equal(passed, allNames)
    assert.equal(skipped, {})
  }
})

test('a loader without functions has nothing to fail', async () => {
  await runContract({ name: 'map', extensionMimeMap: { x: 'text/x' } }, {})
})

const folder = mkdtempSync(join(tmpdir(), 'mimeport-contract-'))
test.after(() => rmSync(folder, { recursive: true }))

/** Writes a loader that only has an effect; its URL. */
function moduleOf(name: string, effect: string): URL {
  const file = join(folder, `${name}.mjs`)
  writeFileSync(file, `${effect}\nexport const extensionMimeMap = { x: 'text/x' }\n`)
  return pathToFileURL(file)
}

test('a loader is taken by its URL, by a URL as text, and by its path', async () => {
  const url = moduleOf('by-url', '')
  for (const where of [url, url.href, join(folder, 'by-url.mjs')]) {
    assert.equal((await runContract(where, {})).passed, allNames)
  }
})

const dynamicSamples = { transform: [{ body: 'a, b', format: 'dynamic' }] }

/** Writes a loader of dynamic modules, and what executes them. */
function dynamicOf(name: string, execute: string | undefined, bare = false): URL {
  const target = bare ? `node_modules/${name}` : name
  if (execute !== undefined) {
    mkdirSync(join(folder, target), { recursive: true })
    writeFileSync(join(folder, target, 'index.mjs'), execute)
    writeFileSync(join(folder, target, 'package.json'), '{ "main": "index.mjs" }')
  }
  const file = join(folder, `${name}.mjs`)
  const specifier = bare ? name : `./${name}/index.mjs`
  writeFileSync(
    file,
    `export const accepts = 'text/x'
    export const transform = (headers, body) =>
      ({ format: 'dynamic', exports: body.split(', '), execute: '${specifier}' })`,
  )
  return pathToFileURL(file)
}

test('a loader of dynamic modules passes every case, by a relative execute module and by a package', async () => {
  const execute = 'export default (setters) => {}'
  for (const url of [dynamicOf('beside', execute), dynamicOf('package', execute, true)]) {
    assert.equal((await runContract(url, dynamicSamples)).passed, allNames)
  }
})

test('what the framework refuses of a dynamic module, the suite refuses', async () => {
  for (const part of [{ execute: 1 }, { exports: ['a', 'a'] }, { source: 1 }]) {
    const result = { format: 'dynamic', execute: './x.mjs', exports: ['a'], source: '', ...part }
    const loader = { name: 'bad', accepts: 'text/x', transform: () => result }
    const names = await failing(loader, dynamicSamples)
    assert.ok(names.includes('transform answers the samples'), JSON.stringify(part))
  }
})

interface Bad {
  readonly loader?: Readonly<Record<string, unknown>>
  readonly url?: () => URL
  readonly samples?: ContractSamples
  readonly after?: () => void
}

let count = 0
let state = ''
const json = { statusCode: 200, headers: {}, body: '' }
const base = { name: 'bad', extensionMimeMap: { x: 'text/x' } }

/** Case → loaders that are bad in this respect, and in no other. */
const bad: Readonly<Record<string, readonly Bad[]>> = {
  'it is a loader by the contract': [
    { loader: { accepts: 1 } },
    { loader: { resolveRelativePath: undefined } },
    { loader: { name: '' } },
    { url: () => moduleOf('throws', "throw new Error('at import')") },
    { url: () => pathToFileURL(join(folder, 'gone.mjs')) },
  ],
  'it has a name that fits into a message': [
    { loader: { name: 'good\nbad' } },
    { loader: { name: 'x'.repeat(61) } },
    { loader: { name: '\u202e' } },
  ],
  'what it declares is well-formed': [
    { loader: { extensionMimeMap: { '*.good': 'text/good' } } },
    { loader: { extensionMimeMap: { '..good': 'text/good' } } },
    { loader: { accepts: ['text/good', 'application/good', 'Text/Good'] } },
    { loader: { accepts: ['text/good; charset=utf-8', 'application/good'] } },
  ],
  'every function that it exports has a sample': [
    { samples: { ...samples, resolve: [] } },
    { samples: { ...samples, relative: [] } },
    { samples: { ...samples, transform: [] } },
    { samples: { ...samples, identify: [] } },
  ],
  'importing it again has no side effect': [
    { url: () => moduleOf('prints', "process.stdout.write('')\nconsole.log('')") },
    {
      url: () => moduleOf('listens', "process.on('exit', () => {})"),
      after: () => process.removeAllListeners('exit'),
    },
    {
      url: () =>
        moduleOf(
          'timer',
          '(globalThis[Symbol.for("timers")] ??= []).push(setInterval(() => {}, 1e6))',
        ),
      after: () => {
        for (const timer of Reflect.get(globalThis, Symbol.for('timers'))) clearInterval(timer)
      },
    },
  ],
  'it changes no global': [
    {
      loader: {
        transform(_headers: object, body: unknown) {
          Object.defineProperty(Object.prototype, 'polluted', { value: 1, configurable: true })
          return good.transform({}, body)
        },
      },
      after: () => Reflect.deleteProperty(Object.prototype, 'polluted'),
    },
    {
      loader: {
        identify(url: string, body: unknown) {
          Reflect.set(globalThis, 'leaked', url)
          return good.identify(url, body)
        },
      },
      after: () => Reflect.deleteProperty(globalThis, 'leaked'),
    },
    {
      loader: {
        resolveRelativePath(specifier: string, parentPath: string) {
          process.env['CONTRACT_TEST'] = 'x'
          return resolveRelativePath(specifier, parentPath)
        },
      },
      after: () => delete process.env['CONTRACT_TEST'],
    },
  ],
  'it writes nothing to stdout': [
    {
      loader: {
        resolve(specifier: string) {
          process.stdout.write(' ')
          return good.resolve(specifier)
        },
      },
    },
  ],
  'resolve answers the samples': [
    { samples: { ...samples, resolve: [{ specifier: 'good://host/a', statusCode: 307 }] } },
    { samples: { ...samples, resolve: [{ specifier: 'good://host/a', contentType: 'text/x' }] } },
    { samples: { ...samples, resolve: [{ specifier: 'good://host/a', body: 'x' }] } },
    { samples: { ...samples, resolve: [{ specifier: 'good://host/a', location: 'x' }] } },
    { samples: { ...samples, resolve: [{ specifier: 'good://host/a', refused: true }] } },
  ],
  'resolve works without a context': [
    {
      loader: {
        resolve: (specifier: string, context: { url: string }) =>
          context.url === '' ? false : good.resolve(specifier),
      },
    },
  ],
  'resolve leaves alone what is not its own': [
    { loader: { schemes: undefined } },
    {
      loader: {
        schemes: undefined,
        resolve: (specifier: string) =>
          specifier.startsWith('good:') ? good.resolve(specifier) : { statusCode: 404 },
      },
    },
  ],
  'resolve takes odd specifiers': [
    {
      loader: {
        resolve: (specifier: string) => {
          // oxlint-disable-next-line no-throw-literal -- that is what is bad
          if (specifier.includes('\0')) throw 'a NUL'
          return good.resolve(specifier)
        },
      },
    },
    {
      loader: {
        resolve: (specifier: string) =>
          specifier.length > 8192 ? 'too long' : good.resolve(specifier),
      },
    },
    {
      loader: {
        resolve: (specifier: string) =>
          specifier.includes('__proto__') ? { statusCode: 7 } : good.resolve(specifier),
      },
    },
  ],
  'resolveRelativePath answers the samples': [
    {
      samples: {
        ...samples,
        relative: [{ specifier: './b', parentPath: 'good://host/a', expected: 'good://host/c' }],
      },
    },
    {
      samples: {
        ...samples,
        relative: [{ specifier: '//other/x', parentPath: 'good://host/a', refused: 'ERR_X' }],
      },
    },
  ],
  'resolveRelativePath answers the same again': [
    {
      loader: {
        resolveRelativePath: (specifier: string, parentPath: string) =>
          `${resolveRelativePath(specifier, parentPath)}?${count++}`,
      },
      samples: { ...samples, relative: [{ specifier: './b', parentPath: 'good://host/a' }] },
    },
  ],
  'what resolveRelativePath answers is absolute': [
    {
      loader: {
        schemes: undefined,
        resolve: (specifier: string) =>
          /^(?:good:|\.)/.test(specifier) ? good.resolve(specifier) : false,
        resolveRelativePath: (specifier: string, parentPath: string) =>
          specifier === './same' ? specifier : resolveRelativePath(specifier, parentPath),
      },
      samples: { ...samples, relative: [{ specifier: './same', parentPath: 'good://host/a' }] },
    },
  ],
  'what resolveRelativePath answers goes to resolve': [
    {
      loader: {
        resolve: (specifier: string) =>
          specifier.endsWith('/x/b') ? false : good.resolve(specifier),
      },
    },
  ],
  'a relative specifier does not leave its origin': [
    {
      loader: {
        resolveRelativePath: (specifier: string, parentPath: string) =>
          specifier.startsWith('//contract')
            ? 'good://other/x'
            : resolveRelativePath(specifier, parentPath),
      },
    },
    {
      samples: {
        ...samples,
        relative: [{ specifier: './b', parentPath: 'good://host/x/a', within: 'good://host/x/' }],
      },
    },
  ],
  'resolveRelativePath takes odd specifiers': [
    {
      loader: {
        resolveRelativePath: (specifier: string, parentPath: string) =>
          specifier === '' ? 7 : resolveRelativePath(specifier, parentPath),
      },
    },
    {
      loader: {
        resolveRelativePath: (specifier: string, parentPath: string) => {
          // oxlint-disable-next-line no-throw-literal -- that is what is bad
          if (specifier.includes('%zz')) throw null
          return resolveRelativePath(specifier, parentPath)
        },
      },
    },
  ],
  'transform answers the samples': [
    { samples: { ...samples, transform: [{ body: '', format: 'json' }] } },
    {
      samples: {
        ...samples,
        transform: [{ body: '', check: () => assert.unreachable('a wrong source') }],
      },
    },
  ],
  'what executes a dynamic module exports a function': [
    {
      url: () => dynamicOf('no-function', 'export const execute = () => {}'),
      samples: dynamicSamples,
    },
    { url: () => dynamicOf('no-file', undefined), samples: dynamicSamples },
  ],
  'accepts covers the samples': [
    { samples: { ...samples, transform: [{ body: '', headers: { 'content-type': 'text/bad' } }] } },
  ],
  'transform works without a context': [
    {
      loader: {
        transform: (headers: object, body: unknown, context: { url: string }) =>
          context.url && good.transform(headers, body),
      },
    },
  ],
  'transform answers the same again': [
    {
      loader: {
        transform: () => ({ source: String(count++), format: 'module' }),
      },
    },
    {
      loader: {
        transform: () => ({ ...(good.transform({}, '') as object), headers: { etag: count++ } }),
      },
    },
  ],
  'transform leaves its fields and its body as they were': [
    {
      loader: {
        transform: (headers: Record<string, string>, body: unknown) => {
          headers['x-bad'] = '1'
          return good.transform(headers, body)
        },
      },
    },
    {
      loader: {
        transform: (headers: object, body: unknown) => {
          const result = good.transform(headers, body)
          if (body instanceof Uint8Array) body.fill(0)
          return result
        },
      },
    },
  ],
  'transform takes parameters of a media type': [
    {
      loader: {
        transform: (headers: Record<string, string>, body: unknown) =>
          headers['content-type']!.endsWith('good') ? good.transform(headers, body) : undefined,
      },
    },
    {
      loader: {
        transform: (headers: Record<string, string>, body: unknown) => ({
          ...(good.transform(headers, body) as object),
          format: headers['content-type']!.includes('UTF-8') ? 'commonjs' : 'module',
        }),
      },
    },
  ],
  'transform takes an empty body': [
    {
      loader: {
        transform: (headers: object, body: string) =>
          body.length > 0 ? good.transform(headers, body) : { format: 'module' },
      },
    },
    {
      loader: {
        transform: (headers: object, body: string) => ({
          ...(good.transform(headers, body) as object),
          source: String(body[0]!.valueOf()),
        }),
      },
    },
  ],
  'calls of transform at one time do not interfere': [
    {
      loader: {
        async transform(headers: object, body: unknown) {
          state = String(body)
          await new Promise((resolve) => setImmediate(resolve))
          return good.transform(headers, state)
        },
      },
    },
  ],
  'types answers the samples': [
    { loader: { types: () => 'export const other: 1' } },
    { loader: { types: () => false } },
    { samples: { ...samples, transform: [{ body: 'one', types: 'export {}' }] } },
  ],
  'types works without a context': [
    {
      loader: {
        types: (headers: object, body: unknown, context: { url: string }) =>
          context.url !== '' && good.types(headers, body),
      },
    },
  ],
  'types answers the same again, and leaves its input as it was': [
    {
      loader: { types: () => `export const at: ${count++}` },
      samples: { ...samples, transform: [{ body: '' }] },
    },
    {
      loader: {
        types: (headers: Record<string, string>, body: unknown) => {
          headers['x-bad'] = '1'
          return good.types(headers, body)
        },
      },
    },
  ],
  'identify answers the samples': [
    { samples: { ...samples, identify: [{ body: '#good', expected: false }] } },
    { samples: { ...samples, identify: [{ body: 'bad', expected: 'text/good' }] } },
  ],
  'identify takes text, bytes, and nothing at all': [
    {
      loader: { identify: (_url: string, body: string) => body.startsWith('#good') && 'text/good' },
    },
    {
      loader: {
        identify: (_url: string, body: string) =>
          body.length === 0 ? '' : good.identify('', body),
      },
    },
    {
      loader: {
        identify: (_url: string, body: string) =>
          body[0]!.valueOf() === '#' ? 'text/good' : false,
      },
    },
  ],
}

test('for every case there is a loader that fails it', () => {
  assert.equal(Object.keys(bad), allNames)
})

for (const [name, loaders] of Object.entries(bad)) {
  for (const [index, { loader, url, samples: own = samples, after }] of loaders.entries()) {
    test(`${name}: bad loader ${index + 1} fails this case and no other`, async () => {
      try {
        const names = url
          ? await failing(url(), own === samples ? {} : own)
          : await failing({ ...good, ...loader }, own)
        assert.equal(names, [name])
      } finally {
        after?.()
      }
    })
  }
}

test('a function that never answers fails, and does not hang', async () => {
  const { setTimeout: original } = globalThis
  // The suite's deadline, made short.
  globalThis.setTimeout = ((work: () => void) => original(work, 5)) as typeof setTimeout
  try {
    const cases = loaderContract(
      { ...base, accepts: 'text/x', transform: () => new Promise(() => {}) },
      {
        transform: [{ body: '' }],
      },
    )
    const one = cases.find((each) => each.name === 'transform answers the samples')
    const error = await rejects(one!.run())
    assert.match(error.message, /^transform did not answer within 10 s$/)
  } finally {
    globalThis.setTimeout = original
  }
})

test('a case may be skipped with a reason', async () => {
  const skip = { 'transform answers the same again': 'it stamps the time' }
  const loader = { ...good, transform: () => ({ source: String(count++), format: 'module' }) }
  const report = await runContract(loader, { ...samples, skip })
  assert.equal(report.skipped, skip)
  assert.equal(
    report.passed,
    allNames.filter((name) => !(name in skip)),
  )
})

test('a skip of no case, and one without a reason, are errors', async () => {
  for (const skip of [
    { 'no such case': 'because' },
    { [allNames[3]!]: '' },
    { [allNames[3]!]: ' ' },
  ]) {
    await rejects(async () => loaderContract(good, { ...samples, skip }))
    await rejects(runContract(good, { ...samples, skip }))
  }
})

test('a run without a runner lists every failure', async () => {
  const loader = { ...good, name: 'a b', resolve: () => json, accepts: ['text/good; x=1'] }
  const error = await rejects(runContract(loader, samples))
  assert.instance(error, AggregateError)
  assert.match(error.message, /^The loader fails \d of 31 cases of the contract:\n- it has a name/)
  assert.match(
    error.message,
    /\n- what it declares is well-formed: .*\n- resolve answers the samples: /,
  )
  assert.is(error['errors'].length, error.message.split('\n- ').length - 1)
})

test.run()
