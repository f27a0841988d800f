/** The bridge's checklist: whatever a loader does, the import ends in the right error, at its line, and the next works. */

import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { assertLeast } from '../support/growth.mts'
import { makeProject, run, runProject } from '../support/spawn.mts'
import { denied, passed } from '../threats/record.mts'

const test = suite('adversarial loaders')

const evil = `
export const schemes = ['evil:']
export const resolveRelativePath = async (specifier, parent) => new URL(specifier, parent).href
const js = (body) => ({ statusCode: 200, headers: { 'content-type': 'text/javascript' }, body })
const hostile = { get message() { throw new Error('no') }, toString() { throw 1 } }
const trap = () => { throw new Error('trap') }
const proxy = new Proxy({}, { get: trap, has: trap, getPrototypeOf: trap, ownKeys: trap })
const ring = new Error('ring'); ring.cause = ring
const never = () => new Promise(() => {})
const pending = () => new Promise((resolve) => setTimeout(resolve, 20_000))
export async function resolve(specifier) {
  switch (specifier) {
    case 'evil:ok': return js('export default "fine"')
    case 'evil:throws-null': throw null
    case 'evil:throws-undefined': throw undefined
    case 'evil:throws-symbol': throw Symbol('x')
    case 'evil:throws-bigint': throw 1n
    case 'evil:throws-function': throw () => {}
    case 'evil:throws-empty-object': throw {}
    case 'evil:throws-hostile-object': throw hostile
    case 'evil:throws-proxy': throw proxy
    case 'evil:throws-frozen': throw Object.freeze(new Error('frozen'))
    case 'evil:throws-ring': throw ring
    case 'evil:throws-uncloneable': throw Object.assign(new Error('odd'), { fn() {}, port: new MessageChannel().port1 })
    case 'evil:rejects': return Promise.reject(new TypeError('rejected'))
    case 'evil:returns-hostile-thenable': return { get then() { throw new Error('then') } }
    case 'evil:never-settles': return never()
    case 'evil:waits-for-ever': setInterval(() => {}, 1000); return never()
    case 'evil:exits': process.exit(7)
    case 'evil:exits-later': setTimeout(() => process.exit(7), 20); return pending()
    case 'evil:throws-late': setTimeout(() => { throw new Error('late') }, 20); return pending()
    case 'evil:rejects-late': setTimeout(() => { Promise.reject(new Error('nobody awaits')) }, 20); return pending()
    case 'evil:loops': for (;;);
    case 'evil:is-huge': return js('//' + 'x'.repeat(33 * 1024 * 1024))
    case 'evil:is-endless': return js(new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(1 << 20)) } }))
    case 'evil:never-gives-a-body': return js(new ReadableStream({ pull: never, cancel: never }))
    case 'evil:overflows': return (function f() { return f() + 1 })()
  }
  return false
}
`

/** One import for each specifier, then a good one: says the code, the top frame, and whether the next import works. */
const app = `
const results = []
for (const specifier of process.argv.slice(2)) {
  const began = performance.now()
  try {
    results.push({ specifier, value: (await import(specifier)).default })
  } catch (error) {
    results.push({
      specifier, code: error.code, message: error.message, frame: error.stack.split('\\n').find((l) => /^ +at /.test(l)),
      took: performance.now() - began, cause: error.cause?.message,
    })
  }
  results.at(-1).next = (await import('evil:ok?' + results.length).catch((e) => e)).default ?? null
}
process.stdout.write(JSON.stringify(results))
`

const project = makeProject({
  'mimeport.json': '{ "loaders": ["./loaders/*"], "timeout": { "total": 1500, "idle": 500 } }',
  'patient.json': '{ "loaders": ["./loaders/*"] }',
  'loaders/evil.mjs': evil.replace(
    "case 'evil:ok':",
    "default: if (!specifier.startsWith('evil:ok')) return false; return js('export default \"fine\"')\n    case 'evil:ok':",
  ),
  'app.mjs': app,
})

interface Outcome {
  readonly specifier: string
  readonly code?: string
  readonly message?: string
  readonly frame?: string
  readonly took?: number
  readonly cause?: string
  readonly next: string | null
}

async function outcomes(...specifiers: string[]): Promise<Outcome[]> {
  return outcomesWith({}, ...specifiers)
}

async function outcomesWith(
  env: Record<string, string>,
  ...specifiers: string[]
): Promise<Outcome[]> {
  const args = ['app.mjs', ...specifiers]
  const { status, stdout, stderr } = await run(args, { cwd: project.path, env })
  assert.is(status, 0, stderr)
  assert.is(stderr, '')
  return JSON.parse(stdout) as Outcome[]
}

/** What was thrown → the text that the message must have. */
const thrown: Record<string, RegExp> = {
  'throws-null': /it threw null instead of an error$/,
  'throws-undefined': /it threw undefined instead of an error$/,
  'throws-symbol': /it threw Symbol\(x\) instead of an error$/,
  'throws-bigint': /it threw 1 instead of an error$/,
  'throws-function': /it threw \(\) => \{\} instead of an error$/,
  'throws-empty-object': /it threw \[object Object\] instead of an error$/,
  'throws-hostile-object': /it threw a value that cannot be described$/,
  'throws-proxy': /it threw a value that cannot be described$/,
  'throws-frozen': /frozen$/,
  'throws-ring': /ring$/,
  'throws-uncloneable': /odd$/,
  rejects: /rejected$/,
  'returns-hostile-thenable': /then$/,
  'throws-late': /late$/,
  'rejects-late': /nobody awaits$/,
  overflows: /Maximum call stack size exceeded$/,
}

test('whatever a loader throws, soon or late, is an error that names it, at the importing line', async () => {
  const all = await outcomes(...Object.keys(thrown).map((name) => `evil:${name}`))
  for (const { specifier, code, message = '', frame = '', next } of all) {
    assert.is(code, 'ERR_MIMEPORT_LOADER_FAILED', specifier)
    assert.match(message, `Loader 'evil' "resolve" failed for '${specifier}': `)
    assert.match(message, thrown[specifier.slice(5)]!)
    assert.match(frame, /app\.mjs:6:/)
    assert.is(next, 'fine', `the import after ${specifier}`)
  }
  assert.is(all.length, Object.keys(thrown).length)
  denied('T37', 'whatever a loader throws', all.length)
  passed('T37', 'the import after it', all.length)
})

test("an error of a loader's own is kept as the cause", async () => {
  const [rejected] = await outcomes('evil:rejects')
  assert.is(rejected?.cause, 'rejected')
})

test('a promise that nothing can settle is reported at once, not at the deadline', async () => {
  const measure = async () => {
    const [outcome] = await outcomes('evil:never-settles')
    assert.is(outcome?.code, 'ERR_MIMEPORT_NEVER_SETTLED')
    assert.match(outcome?.frame ?? '', /app\.mjs:6:/)
    assert.is(outcome?.next, 'fine')
    return outcome!.took!
  }
  await assertLeast(1_000, measure, 'what never settles')
  denied('T37', 'what never settles')
})

test('a promise that could still settle is given up at the deadline, and other imports go on', async () => {
  const measure = async () => {
    const [outcome, body] = await outcomes('evil:waits-for-ever', 'evil:never-gives-a-body')
    assert.is(outcome?.code, 'ERR_MIMEPORT_TIMEOUT')
    assert.match(
      outcome?.message ?? '',
      `Loader 'evil' "resolve" did not answer for 'evil:waits-for-ever'`,
    )
    assert.is(outcome?.next, 'fine')
    assert.is(body?.code, 'ERR_MIMEPORT_TIMEOUT')
    assert.is(body?.next, 'fine')
    return outcome!.took!
  }
  await assertLeast(3_500, measure, 'what could settle and does not')
  denied('T37', 'what could settle and does not', 2)
})

test('process.exit in a loader is an error that names it, and the next import has a new engine', async () => {
  for (const outcome of await outcomes('evil:exits', 'evil:exits-later')) {
    assert.is(outcome.code, 'ERR_MIMEPORT_LOADER_EXIT')
    assert.match(outcome.message ?? '', /Loader 'evil' "resolve" called process\.exit\(7\)/)
    assert.match(outcome.frame ?? '', /app\.mjs:6:/)
    assert.is(outcome.next, 'fine')
  }
})

test('a loader that exits or throws after its answer harms no later import, and is not silent', async () => {
  const { stdout, stderr, status } = await runProject({
    'mimeport.json': '{ "loaders": ["./late.mjs"] }',
    'late.mjs': `
      export const schemes = ['late:']
      export const resolveRelativePath = (specifier) => specifier
      export function resolve(specifier) {
        if (specifier === 'late:exit') setTimeout(() => process.exit(9), 10)
        if (specifier === 'late:throw') setTimeout(() => { throw new Error('too late') }, 10)
        return { headers: { 'content-type': 'text/javascript' }, body: 'export default 1' }
      }`,
    'app.mjs': `
      const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
      for (const what of ['late:throw', 'late:a', 'late:exit', 'late:b', 'late:c']) {
        console.log(what, (await import(what)).default)
        pause()
      }`,
  })
  assert.is(status, 0, stderr)
  assert.is(stdout, 'late:throw 1\nlate:a 1\nlate:exit 1\nlate:b 1\nlate:c 1\n')
  assert.match(stderr, /^mimeport: loader 'late' failed after it had answered: Error: too late\n/)
})

test('an endless loop is reported within two seconds, and the next import has a new engine', async () => {
  // Of its own processor time: the deadline is left out of it, which on a busy machine comes first.
  const patient = { MIMEPORT_CONFIG: join(project.path, 'patient.json') }
  const [outcome] = await outcomesWith(patient, 'evil:loops')
  assert.is(outcome?.code, 'ERR_MIMEPORT_ENGINE_LOST')
  assert.match(outcome?.message ?? '', `Loader 'evil' "resolve" for 'evil:loops'`)
  denied('T37', 'a loop without end')
  assert.match(outcome?.frame ?? '', /app\.mjs:6:/)
  assert.is(outcome?.next, 'fine')
})

test('a body above the limit is refused, whether it is a string or has no end', async () => {
  for (const outcome of await outcomes('evil:is-huge', 'evil:is-endless')) {
    assert.is(outcome.code, 'ERR_MIMEPORT_BODY_TOO_LARGE')
    assert.match(outcome.frame ?? '', /app\.mjs:6:/)
    assert.is(outcome.next, 'fine')
  }
})

test('an engine out of memory is reported, and the next import has a new one', async () => {
  const program = `
    const error = await import('hungry:x').catch((e) => e)
    const next = await import('hungry:ok')
    process.stdout.write(JSON.stringify({ code: error.code, next: next.default }))`
  const hungry = makeProject({
    'mimeport.json': '{ "loaders": ["./hungry.mjs"] }',
    'hungry.mjs': `
      export const schemes = ['hungry:']
      export const resolveRelativePath = (s) => s
      export function resolve(specifier) {
        if (specifier === 'hungry:ok') return { headers: { 'content-type': 'text/javascript' }, body: 'export default 1' }
        const kept = []
        for (;;) kept.push(new Array(100_000).fill(1.5))
      }`,
    'app.mjs': program,
  })
  try {
    const { stdout, stderr, status } = await run(['app.mjs'], {
      cwd: hungry.path,
      nodeArgs: [
        '--max-old-space-size=64',
        '--import',
        new URL('../../loader.mts', import.meta.url).pathname,
      ],
    })
    assert.is(status, 0, stderr)
    assert.equal(JSON.parse(stdout), { code: 'ERR_MIMEPORT_ENGINE_LOST', next: 1 })
  } finally {
    hungry.remove()
  }
})

test('a loader that is lost again and again is given up after three times, with a reason', async () => {
  const all = await outcomes('evil:exits', 'evil:exits', 'evil:exits', 'evil:exits')
  assert.equal(
    all.map(({ code }) => code),
    [
      'ERR_MIMEPORT_LOADER_EXIT',
      'ERR_MIMEPORT_LOADER_EXIT',
      'ERR_MIMEPORT_LOADER_EXIT',
      'ERR_MIMEPORT_ENGINE_LOST',
    ],
  )
  assert.match(all[3]?.message ?? '', /lost 3 times within a minute/)
})

const topLevels: Record<string, readonly [source: string, code: string, message: RegExp]> = {
  'never settles': [
    'await new Promise(() => {})',
    'ERR_MIMEPORT_NEVER_SETTLED',
    /Loader 'bad' at its top level/,
  ],
  'waits for ever': [
    'setInterval(() => {}, 1000); await new Promise(() => {})',
    'ERR_MIMEPORT_TIMEOUT',
    /Loader 'bad' at its top level/,
  ],
  exits: [
    'process.exit(7)',
    'ERR_MIMEPORT_LOADER_EXIT',
    /Loader 'bad' at its top level called process\.exit\(7\)/,
  ],
  'throws null': ['throw null', 'ERR_MIMEPORT_INVALID_LOADER', /bad\.mjs': importing it failed/],
  'has a syntax error': [
    'export const = 1',
    'ERR_MIMEPORT_INVALID_LOADER',
    /bad\.mjs': importing it failed/,
  ],
  'imports what is not there': [
    'import "./absent.mjs"',
    'ERR_MIMEPORT_INVALID_LOADER',
    /bad\.mjs': importing it failed/,
  ],
}

for (const [what, [source, code, message]] of Object.entries(topLevels)) {
  test(`a loader whose top level ${what} is refused at the program's start`, async () => {
    const { stdout, stderr, status } = await runProject({
      'mimeport.json': '{ "loaders": ["./bad.mjs"], "timeout": { "total": 1500 } }',
      'bad.mjs': source,
      'app.mjs': 'process.stdout.write("ran")',
    })
    assert.is(status, what === 'exits' ? 7 : 1)
    assert.is(stdout, '')
    assert.match(stderr, code)
    assert.match(stderr, message)
  })
}

test.after(() => project.remove())
test.run()
