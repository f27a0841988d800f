/** TypeScript where no compiler may run: Node's permission model without `--allow-child-process`. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../support/spawn.mts'

const test = suite('typescript-uncompiled')

interface Outcome {
  readonly source?: string
  readonly format?: string
  readonly code?: string
  readonly permission?: string
  readonly message?: string
}

const loader = new URL('../../loaders/typescript/typescript.mts', import.meta.url).href

/** Transforms texts in one process that may start none. */
async function transformed(
  texts: readonly string[],
  type = 'application/typescript',
): Promise<Outcome[]> {
  const program = `
    const { transform } = await import(${JSON.stringify(loader)})
    const results = []
    for (const text of ${JSON.stringify(texts)}) {
      results.push(await transform({ 'content-type': '${type}' }, text, { url: 'https://h.test/x.ts' }).catch(
        ({ code, permission, message }) => ({ code, permission, message })))
    }
    console.log(JSON.stringify(results))`
  const nodeArgs = ['--permission', '--allow-fs-read=*']
  const { stdout, stderr } = await run(['--input-type=module', '-e', program], { nodeArgs })
  assert.is(stderr, '')
  return JSON.parse(stdout) as Outcome[]
}

test('imports whose names stand nowhere else are left out, the others stay', async () => {
  const cases: readonly (readonly [text: string, result: string])[] = [
    ["import { T } from 'a'\nlet x: T", '' + ';'.padEnd(21) + '\nlet x   '],
    ["import { T, v } from 'a'\nlet x: T = v", "import {    v } from 'a'\nlet x    = v"],
    ["import T from 'a'\nconsole.log(T)", "import T from 'a'\nconsole.log(T)"],
    ["import * as ns from 'a'\nlet x: ns.T", ';'.padEnd(23) + '\nlet x      '],
    ["import 'a'\nlet x: number", "import 'a'\nlet x        "],
    // A comment names nothing.
    [
      "import { T } from 'a' // T is a type\nlet x: T",
      `${';'.padEnd(21)} // T is a type\nlet x   `,
    ],
    // Where our reader is not certain, a comment may be all that names it: it stays, as in Node itself.
    [
      "import { T } from 'a' // T is a type\ndeclare let x: T",
      "import { T } from 'a' // T is a type\n                ",
    ],
    // A name may be written with an escape: nothing is taken out.
    ["import { T } from 'a'\n\\u0054", "import { T } from 'a'\n\\u0054"],
    ["import { type T, v } from 'a'\nv", "import {         v } from 'a'\nv"],
  ]
  const results = await transformed(cases.map(([text]) => text))
  assert.equal(
    results.map(({ source }) => source),
    cases.map(([, result]) => result),
  )
})

test('what has to be compiled says what it needs', async () => {
  const texts = [
    'enum A {}',
    'namespace A { export const b = 1 }',
    'class A { constructor(private b: number) {} }',
    '@decorate\nclass A {}',
    'export @decorate class A {}\nclass B {\n  @field b = 1\n}',
  ]
  for (const { code, permission, message } of [
    ...(await transformed(texts)),
    ...(await transformed(['<a/>'], 'text/tsx')),
  ]) {
    assert.is(code, 'ERR_MIMEPORT_PERMISSION')
    assert.is(permission, 'ChildProcess')
    assert.match(
      message ?? '',
      /^Cannot transform 'https:.+; add --allow-child-process to the command line$/,
    )
  }
})

test('an @ that is no decorator needs no compiler', async () => {
  const texts = [
    '// @decorated\nclass A { b: number = 1 }',
    'class A {}\nconst css = `\n@media print {}\n`',
    "const at: string = '@'\nclass A {}",
  ]
  for (const { format } of await transformed(texts)) assert.is(format, 'text/javascript')
})

test('text that is no TypeScript is told by line and column', async () => {
  const [fault] = await transformed(['let a: number = 1\nlet b: = 2'])
  assert.is(fault?.code, 'ERR_MIMEPORT_INVALID_BODY')
  assert.match(
    fault?.message ?? '',
    /^Cannot transform 'https:\/\/h\.test\/x\.ts:2:\d+': .+\n +let b: = 2\n +\^$/,
  )
})

test.run()
