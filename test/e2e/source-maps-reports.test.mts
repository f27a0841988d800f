/** An error's place is its original's, whoever prints it: Node, a worker, the program. */

import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { commonjsText, moduleText, placeOf } from '../support/mapped-library.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run } from '../support/spawn.mts'
import type { Project } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('source maps: reports')

let project: Project
let server: TestServer

test.before(async () => {
  server = await startServer()
  await server.set({
    '/lib.ts': moduleText,
    '/lib.cts': { headers: { 'content-type': 'application/typescript' }, body: commonjsText },
  })
  project = makeProject({
    'lib.ts': moduleText,
    'lib.cts': commonjsText,
    'uncaught.mjs': `const { fail } = await import(process.argv[2]); fail('here')`,
    'required.cjs': `require(process.argv[2]).fail('here')`,
    'rejected.mjs': `const { fail } = await import(process.argv[2]); Promise.resolve('here').then(fail)`,
    'worker.mjs': `
      import { once } from 'node:events'
      import { Worker } from 'node:worker_threads'
      const worker = new Worker(new URL('./inside.ts', import.meta.url), { argv: [process.argv[2]] })
      const [error] = await once(worker, 'error').catch((error) => [error])
      console.log(error.stack)`,
    'inside.ts': `enum In { A }\nimport process from 'node:process'\n\nconst { fail } = await import(process.argv[2]!); fail('here' as string)`,
    'places.mjs': `
      import { findSourceMap } from 'node:module'
      import { getCallSites } from 'node:util'
      const results = []
      for (const specifier of process.argv.slice(2)) {
        const { fail, lines } = await import(specifier)
        const within = (work) =>
          lines({ split: () => ({ map: (each) => each({ toString: () => (work(), '') }) }) })
        const holder = {}
        within(() => Error.captureStackTrace(holder))
        let site
        within(() => {
          const sites = getCallSites({ sourceMap: true })
          site = sites.find(({ scriptName }) => scriptName.includes('lib.'))
        })
        Error.prepareStackTrace = (error, [top]) => {
          const place = [top.getLineNumber(), top.getColumnNumber()]
          const map = findSourceMap(top.getFileName())
          const entry = map.findEntry(place[0] - 1, place[1] - 1)
          return { place, entry }
        }
        let prepared
        try { fail('x') } catch (error) { prepared = error.stack }
        delete Error.prepareStackTrace
        results.push({ captured: holder.stack, site, prepared })
      }
      console.log(JSON.stringify(results))`,
  })
})
test.after(async () => {
  project.remove()
  await server.stop()
})

/** Name, specifier, the name that Node prints, and the text. */
const modules = () =>
  [
    ['file, ES module', './lib.ts', join(project.path, 'lib.ts'), moduleText],
    ['file, CommonJS', './lib.cts', join(project.path, 'lib.cts'), commonjsText],
    ['http, ES module', `${server.url}/lib.ts`, `${server.url}/lib.ts`, moduleText],
    ['http, CommonJS', `${server.url}/lib.cts`, `${server.url}/lib.cts`, commonjsText],
  ] as const

/** One of each source, one of each format: where all four are the same way. */
const some = () => [modules()[0], modules()[3]]

const execute = (args: readonly string[], more = {}) => run(args, { cwd: project.path, ...more })

/** What Node prints above an uncaught error: file and line, the line, and where in it. */
function assertUncaught(stderr: string, printed: string, text: string): void {
  const [line, column] = placeOf(text, 'new Error')
  const shown = text.split('\n')[line - 1]!
  const arrow = shown.slice(0, column - 1).replace('日', '  ')
  const head = `${printed}:${line}\n${shown}\n${arrow.replace(/[^\t]/g, ' ')}^\n`
  assert.ok(stderr.startsWith(head), `${stderr}\n${head}`)
  assert.ok(stderr.includes(`(${printed}:${line}:${column})`), stderr)
}

test('an uncaught error shows the line of the original', async () => {
  for (const [, specifier, printed, text] of modules()) {
    const { status, stderr } = await execute(['uncaught.mjs', specifier])
    assert.is(status, 1)
    assertUncaught(stderr, printed, text)
    if (text !== commonjsText) continue
    const required = await execute(['required.cjs', specifier])
    assertUncaught(required.stderr, printed, text)
  }
})

test('a rejection that nobody handles shows the line of the original', async () => {
  for (const [, specifier, printed, text] of some()) {
    const { status, stderr } = await execute(['rejected.mjs', specifier])
    assert.is(status, 1)
    assertUncaught(stderr, printed, text)
  }
})

test('the program itself is mapped, too', async () => {
  const [line, column] = placeOf(moduleText, 'new Error')
  project.write({ 'program.ts': `${moduleText}fail('here')\n` })
  const { stderr } = await execute(['program.ts'])
  assert.ok(stderr.includes(`(${join(project.path, 'program.ts')}:${line}:${column})`), stderr)
})

test('an error in a worker, its program and a module of it', async () => {
  for (const [, specifier, printed, text] of some()) {
    const { stdout } = await execute(['worker.mjs', specifier])
    assert.ok(stdout.includes(`(${printed}:${placeOf(text, 'new Error').join(':')})`), stdout)
    assert.ok(stdout.includes(`${join(project.path, 'inside.ts')}:4:`), stdout)
  }
})

test('what a program asks for: captureStackTrace, prepareStackTrace, getCallSites', async () => {
  const all = modules()
  const { stdout, stderr } = await execute(['places.mjs', ...all.map((each) => each[1])])
  assert.is(stderr, '')
  const results = JSON.parse(stdout)
  assert.is(results.length, all.length)
  for (const [index, [what, , printed, text]] of all.entries()) {
    const { captured, site, prepared } = results[index]
    const [line, column] = placeOf(text, 'each + Kind')
    assert.ok(captured.includes(`(${printed}:${line}:${column})`), captured)
    assert.is(site.lineNumber, line, what)
    // It is given what Node gives, and `findSourceMap` has the rest.
    const { originalLine, originalColumn, originalSource } = prepared.entry
    const created = placeOf(text, 'new Error')
    assert.equal([originalLine + 1, originalColumn + 1], created)
    assert.match(originalSource, /\/lib\.c?ts$/)
    assert.not.equal(prepared.place, created)
  }
})

test('a static import that fails is at its line of the original', async () => {
  const text = `interface A { b: 1 }

enum Kind { A }
export const kind = Kind.A
  export { x } from './gone.ts'
`
  project.write({ 'failing.ts': text })
  await server.set('/failing.ts', text)
  for (const specifier of ['./failing.ts', `${server.url}/failing.ts`]) {
    const { stderr } = await execute(['uncaught.mjs', specifier])
    assert.match(stderr, `/failing.ts:${placeOf(text, "'./gone.ts'").join(':')}`)
  }
})

test.run()
