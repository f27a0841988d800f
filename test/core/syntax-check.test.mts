/** What V8 says of a text's grammar, and that nothing of the text is run. */

import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { SyntaxCheck } from '../../core/bridge/syntax-check.mts'
import { inProject, makeProject, run } from '../support/spawn.mts'

const test = suite('syntax check')

const checkURL = JSON.stringify(new URL('../../core/bridge/syntax-check.mts', import.meta.url).href)

let check: SyntaxCheck
test.before.each(() => void (check = new SyntaxCheck()))
test.after.each(() => check.end())

const shown = async (text: string, grammar: 'module' | 'commonjs') => {
  const fault = await check.faultOf(text, grammar)
  return fault && `${fault.line}:${fault.column} ${fault.message}`
}

const declared = (name: string) => `Identifier '${name}' has already been declared`

test('a fault is told with its line and column', async () => {
  const texts = [
    ['let x = 1\n\tconst a = 1; const a = 2\n', `2:21 ${declared('a')}`],
    ['export { nope }', "1:10 Export 'nope' is not defined in module"],
    ['let a = 1\r\nlet b\r\nlet a', `3:5 ${declared('a')}`],
    [`${'a;'.repeat(20_000)}let q; let q`, `1:40012 ${declared('q')}`],
    ['let s = "\u{1f600}"; let s', `1:19 ${declared('s')}`],
    ['function f() { let a; let a }', `1:27 ${declared('a')}`],
    ['let a\n//# sourceURL=https://other/q:7\nlet a', `3:5 ${declared('a')}`],
  ] as const
  for (const [text, fault] of texts) assert.is(await shown(text, 'module'), fault)
  assert.is(await shown('#!/bin/x\nlet a; let a', 'commonjs'), `2:12 ${declared('a')}`)
  assert.match((await shown('\nimport x from "x"', 'commonjs')) ?? '', /^2:1 Cannot use import/)
  assert.is(await shown('const module = 1', 'commonjs'), `1:7 ${declared('module')}`)
  assert.match((await shown('}); (function () {', 'commonjs')) ?? '', /^1:1 Unexpected token '}'/)
})

test('what Node takes has none', async () => {
  const modules = [
    '',
    '#!/usr/bin/env node\nexport const a = await 1; import.meta.url',
    'import x from "not-there" with { odd: "x" }; import("gone"); x()',
    'const module = 1, require = 2, exports = 3',
    "'use strict'; export * from 'https://example.com/x'",
  ]
  for (const text of modules) assert.is(await shown(text, 'module'), undefined)
  const scripts = ['', '#!/bin/x\nreturn', 'import("x")', 'with (module) exports.a = 1', 'x = 010']
  for (const text of scripts) assert.is(await shown(text, 'commonjs'), undefined)
})

test('nothing of a text is run', async () => {
  const project = makeProject({})
  const file = join(project.path, 'ran')
  const write = `process.getBuiltinModule('node:fs').writeFileSync(${JSON.stringify(file)}, '')`
  for (const grammar of ['module', 'commonjs'] as const) {
    assert.is(await check.faultOf(`${write}\nthrow 1`, grammar), undefined)
    // The position is asked for by compiling it once more.
    assert.ok(await check.faultOf(`${write}\nlet a; let a`, grammar))
    assert.not.ok(existsSync(file))
    // A control: it is a text that writes.
    await import(`data:text/javascript,${encodeURIComponent(write)}//${grammar}`)
    assert.ok(existsSync(file))
    rmSync(file)
  }
  project.remove()
})

test('a text that is too deep for the stack is none that V8 refuses', async () => {
  assert.is(await check.faultOf('('.repeat(200_000), 'module'), undefined)
  assert.is(await shown('let a; let a', 'module'), `1:12 ${declared('a')}`)
})

test('whoever waits when it ends is told of no fault, and so is who comes later', async () => {
  const waiting = check.faultOf('let a; let a', 'module')
  check.end()
  assert.is(await waiting, undefined)
  assert.is(await check.faultOf('let a; let a', 'module'), undefined)
})

type Threads = { Worker: unknown }
const threads = createRequire(import.meta.url)('node:worker_threads') as Threads

async function withWorker(other: unknown, go: () => Promise<void>): Promise<void> {
  const { Worker } = threads
  threads.Worker = other
  syncBuiltinESMExports()
  try {
    await go()
  } finally {
    threads.Worker = Worker
    syncBuiltinESMExports()
  }
}

test('without a thread nothing is known', async () => {
  const none = function () {
    throw new Error('no threads today')
  }
  await withWorker(none, async () => {
    assert.is(await check.faultOf('let a; let a', 'module'), undefined)
  })
})

test('a thread that does not answer is waited for no longer than is said', async () => {
  const { Worker } = threads as { Worker: new (text: string, options: object) => object }
  let started = 0
  const silent = function (_: string, options: object) {
    started++
    return new Worker('setInterval(() => {}, 1000)', options)
  }
  await withWorker(silent, async () => {
    const brief = new SyntaxCheck(50)
    const both = [brief.faultOf('let a; let a', 'module'), brief.faultOf('let b', 'module')]
    assert.equal(await Promise.all(both), [undefined, undefined])
    assert.is(await brief.faultOf('let a; let a', 'module'), undefined)
    assert.is(started, 1)
  })
})

test('the thread keeps no process, and nothing that the program preloads runs in it', async () => {
  const files = {
    'preload.cjs': "require('fs').appendFileSync('preloads', 'x')",
    'app.mjs': `
import { SyntaxCheck } from ${checkURL}
console.log((await new SyntaxCheck().faultOf('let a; let a', 'module')).line)
`,
    // A control: other threads have it.
    'other.mjs': "import { Worker } from 'node:worker_threads'\nnew Worker('', { eval: true })",
  }
  const preload = ['--require', './preload.cjs']
  for (const [nodeArgs, env] of [
    [preload, {}],
    [[], { NODE_OPTIONS: preload.join(' ') }],
  ] as const) {
    for (const [program, preloads] of Object.entries({ 'app.mjs': 'x', 'other.mjs': 'xx' })) {
      await inProject(files, async ({ path }) => {
        const { stdout, stderr, status } = await run([program], { cwd: path, nodeArgs, env })
        assert.is(stderr, '')
        assert.is(stdout, program === 'app.mjs' ? '1\n' : '')
        assert.is(status, 0)
        assert.is(readFileSync(join(path, 'preloads'), 'utf8'), preloads)
      })
    }
  }
})

test.run()
