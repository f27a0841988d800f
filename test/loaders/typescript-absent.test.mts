/** Without oxc-transform: nothing is missing, and nobody is told who did not ask. */

import { inspect } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../support/spawn.mts'
import { convert, write } from './typescript-program.mts'
import { rows } from './typescript-rows.mts'
import { outcomeOf } from './typescript-ways.mts'

const test = suite('typescript: without oxc-transform')

const loader = new URL('../../loaders/typescript/typescript.mts', import.meta.url).href

/** As where it was not installed. */
const hidden = `
  const { registerHooks } = await import('node:module')
  registerHooks({ resolve(specifier, context, next) {
    if (specifier !== 'oxc-transform') return next(specifier, context)
    throw Object.assign(new Error("Cannot find package 'oxc-transform'"), { code: 'ERR_MODULE_NOT_FOUND' })
  } })`

interface Outcome {
  readonly source?: string
  readonly format?: string
  readonly map?: string
  readonly code?: string
  readonly message?: string
}

/** Transforms programs in one process without it. */
async function transformed(
  programs: readonly (readonly [type: string, source: string, url: string])[],
  prelude = hidden,
  options: Parameters<typeof run>[1] = { nodeArgs: [] },
): Promise<{ outcomes: Outcome[]; stderr: string }> {
  const program = `${prelude}
    const { transform } = await import(${JSON.stringify(loader)})
    const results = []
    for (const [type, source, url] of ${JSON.stringify(programs)}) {
      results.push(await transform({ 'content-type': type }, source, { url }).catch(
        ({ code, message }) => ({ code, message })))
    }
    console.log(JSON.stringify(results))`
  const { stdout, stderr } = await run(['--input-type=module', '-e', program], options)
  return { outcomes: JSON.parse(stdout), stderr }
}

/** The rows as files of projects, with their options. */
const files = rows.map(([, , source, options = {}, language = 'ts'], index) => {
  const at = write({
    [`absent-${index}/tsconfig.json`]: JSON.stringify({ compilerOptions: options }),
    [`absent-${index}/package.json`]: '{ "type": "module" }',
  })
  const type = language === 'ts' ? 'application/typescript' : `text/${language}`
  return [type, source, at(`absent-${index}/x.${language}`)] as const
})

test('every program comes to the same, by the same names', async () => {
  const { outcomes, stderr } = await transformed(files)
  assert.is(stderr, '')
  for (const [index, [type, source, url]] of files.entries()) {
    const without = outcomes[index]!
    const fact = rows[index]![0]
    const present: Outcome = await convert(source, { url, type }).catch((error) => error)
    assert.equal([without.format, without.code], [present.format, present.code], fact)
    assert.is(without.message, present.message, fact)
    if (present.source === undefined || without.source === undefined) continue
    assert.is(without.map === undefined, present.map === undefined, fact)
    const [a, b] = [present.source, without.source].map(async (code) =>
      outcomeOf({ code, map: '', decorated: false, by: 'oxc' }),
    )
    assert.is(await b, await a, `${fact}\n${inspect(without.source)}`)
  }
})

const enumeration = [
  ['application/typescript', 'export enum A { B }', 'https://h.test/x.ts'],
] as const

test('the log says so, once, to who asks for it', async () => {
  const env = { MIMEPORT_LOG: 'debug' }
  const twice = [...enumeration, ...enumeration]
  const { stderr } = await transformed(twice, hidden, { nodeArgs: [], env })
  assert.is(
    stderr,
    "* TypeScript is compiled by esbuild alone: oxc-transform is not there (Cannot find package 'oxc-transform')\n",
  )
})

test('a binding that may not be loaded is one that is not there', async () => {
  const nodeArgs = ['--permission', '--allow-fs-read=*', '--allow-child-process']
  const { outcomes, stderr } = await transformed(enumeration, '', { nodeArgs })
  assert.match(outcomes[0]?.source ?? '', '/* @__PURE__ */ ((A2) => {')
  assert.not.match(stderr, 'oxc')
})

test('where it may be loaded, what it compiles needs no child process', async () => {
  const nodeArgs = ['--permission', '--allow-fs-read=*', '--allow-addons']
  const { outcomes } = await transformed(enumeration, '', { nodeArgs })
  assert.match(outcomes[0]?.source ?? '', '/* @__PURE__ */ function(A) {')
})

test.run()
