/** Where things are: characters that stay, maps that lead back, errors that point. */

import { SourceMap } from 'node:module'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rejects } from '../support/rejects.mts'
import { transform } from '../../loaders/typescript/typescript.mts'
import type { LoaderContext } from '../../core/types.mts'
import { convert, execute, write } from './typescript-program.mts'

const test = suite('typescript: positions')

const program = `\
// Names: @decorated, 'quoted', \`templated\`
import { join } from 'node:path'
import type { A } from './nowhere.ts'
import { B } from './nowhere.ts'

export class C<T extends A = any> implements B {
  private readonly d: Map<string, T[]> = new Map(); static e?: number = 1 as const
  /** @param f "日本語" 😀 */
  g<const U>(f: U | "日本語 😀", ...h: readonly unknown[]): asserts f is U & B {
    const i = <V,>(j: V): V => { throw new Error(join('x', f as string)!) }
    ;((i satisfies unknown)!)(1)
  }
}
`

test('a character of erasable TypeScript that is no type stays at its line and column', async () => {
  const { source, map } = await convert(program)
  assert.is(map, undefined)
  const [before, after] = [program.split('\n'), source.split('\n')]
  assert.is(after.length, before.length)
  for (const [index, line] of after.entries()) {
    assert.is(line.length, before[index]!.length, line)
    for (let column = 0; column < line.length; column++) {
      const is = line[column]!
      // The `;` stands for an import that went; what takes several bytes becomes a wider space.
      if (!/\s/.test(is) && !(is === ';' && column === 0))
        assert.is(is, before[index]![column], line)
    }
  }
  for (const kept of ['class C', 'new Map()', '"日本語" 😀 */', "throw new Error(join('x', f"]) {
    assert.is(source.indexOf(kept), program.indexOf(kept), kept)
  }
})

test('line ends stay as they are', async () => {
  const { source } = await convert('type A = {\r\n  b: 1\r\n}\r\nexport default 1\r\n')
  assert.equal(source.split('\r\n').length, 5)
})

/** The position, from 1, that an error was thrown at. */
function thrownAt(error: Error): [line: number, column: number] {
  const [, line, column] = /:(\d+):(\d+)\)?$/m.exec(error.stack ?? '') ?? []
  return [Number(line), Number(column)]
}

const throwing: readonly [what: string, source: string, type?: string][] = [
  [
    'an enum',
    'enum A { B }\n\ntype C = 1\n  export const x: C = A.B as any; throw new Error("here")',
  ],
  ['a namespace', 'namespace A {\n  export const b = 1\n  throw new Error("here")\n}'],
  [
    'parameter properties',
    'class A {\n  constructor(private b: number) {\n    throw new Error("here")\n  }\n}\nnew A(1)',
  ],
  [
    'decorators',
    'const d = (_: any, x: any) => {}\nclass A {\n  @d b() { if (1) throw new Error("here") }\n}\nnew A().b()',
  ],
  [
    'JSX',
    '/** @jsx h */\nconst h = (f: any, p: any) => f(p)\nconst F = () => {\n  throw new Error("here")\n}\n;<F a="b"/>',
    'text/tsx',
  ],
  ['non-ASCII text', 'enum A { É = "日本語" }\nconst s = "😀"; throw new Error("here" as string)'],
]

for (const [what, source, type] of throwing) {
  test(`the map of ${what} leads a throw back to its line and column`, async () => {
    const result = await convert(source, { url: 'https://host.test/p.ts', ...(type && { type }) })
    const [line, column] = thrownAt(await rejects(() => execute(result)))
    const map = JSON.parse(result.map!)
    assert.equal(map.sources, ['https://host.test/p.ts'])
    assert.equal(map.sourcesContent, [source])
    const origin = new SourceMap(map).findOrigin(line, column) as Record<string, unknown>
    const before = source.slice(0, source.indexOf('new Error'))
    const expected = [before.split('\n').length, before.length - before.lastIndexOf('\n')]
    assert.equal([origin['lineNumber'], origin['columnNumber']], expected)
  })
}

const broken: readonly [what: string, source: string, found: string][] = [
  ['a missing expression', 'let a: number = 1\n  let b = ;', ';'],
  ['a stray word', '\tlet é: any = "日本語 😀" oops', 'oops'],
  ['a line of 10,000 characters', `let a = "${'a'.repeat(5000)}" oops ${'b'.repeat(5000)}`, 'oops'],
  ['a text cut short', 'enum A {\n  B,', ''],
  ['another language', '<?php echo 1;', '?'],
]

for (const [what, source, found] of broken) {
  test(`the error of ${what} names url, line and column, and shows the line`, async () => {
    const error = await rejects(convert(source), 'ERR_MIMEPORT_INVALID_BODY')
    const offset = found === '' ? source.length : source.indexOf(found)
    const before = source.slice(0, offset)
    const [line, column] = [before.split('\n').length, before.length - before.lastIndexOf('\n')]
    const position = `https://host.test/program.ts:${line}:${column}`
    assert.match(error.message, `Cannot transform '${position}': `)
    assert.ok(error.message.length < 400, `${error.message.length} characters`)
    const [, excerpt = '', caret = ''] = error.message.split('\n')
    assert.is(excerpt.slice(caret.length - 1, caret.length - 1 + found.length), found)
    assert.ok(error.cause instanceof SyntaxError)
    assert.match(error.cause.stack ?? '', position)
    assert.is(error['url'], 'https://host.test/program.ts')
  })
}

test('an error shows no control characters', async () => {
  const error = await rejects(
    convert('let a = "\u001b[31m" \u202e oops'),
    'ERR_MIMEPORT_INVALID_BODY',
  )
  assert.not.match(`${error.message}${(error.cause as Error).stack}`, /[\u001b\u202e]/)
  assert.match(error.message, '\\u{1b}[31m')
})

test('a bad pragma is an error that has no position', async () => {
  const at = write({ 'pragma/tsconfig.json': '{ "compilerOptions": { "jsxFactory": "a b" } }' })
  const url = at('pragma/x.tsx')
  const error = await rejects(
    convert('<a/>', { url, type: 'text/tsx' }),
    'ERR_MIMEPORT_INVALID_BODY',
  )
  assert.match(error.message, `Cannot transform '${url}': `)
})

const deep = (open: string, close: string, count = 20_000) =>
  `export const x: any = ${open.repeat(count)}1${close.repeat(count)}`

test('nesting that would break the stripper leaves it usable', async () => {
  for (const source of [deep('(', ')'), deep('[', ']'), deep('!', ''), deep('- ', '')]) {
    await convert(source)
    const { source: code, map } = await convert('export const y: number = 1')
    assert.match(code, 'export const y')
    if (source.includes('((')) assert.is(map, undefined)
  }
})

test('a text that takes the compiler for ever ends with its import, and alone', async () => {
  const context = { url: 'https://host.test/slow.ts', signal: AbortSignal.timeout(300) }
  const slow = transform({}, deep('a=>', '') + '; enum A {}', context as LoaderContext)
  const others = [1, 2, 3].map((each) =>
    convert(`class A { static accessor b = ${each} } export default A.b`),
  )
  assert.is((await rejects(slow)).name, 'TimeoutError')
  for (const [index, other] of others.entries()) {
    assert.is((await execute(await other)).default, index + 1)
  }
  assert.is((await execute(await convert('enum A { B = 9 } export default A.B'))).default, 9)
})

test.run()
