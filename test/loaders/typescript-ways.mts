/** One program compiled both ways, and what is the same of them: for the tests of equality. */

import { SourceMap } from 'node:module'
import { inspect } from 'node:util'
import * as assert from 'uvu/assert'
import { scanModule } from '../../core/module-syntax.mts'
import { wholly } from '../../core/steps.mts'
import { compileByEsbuild } from '../../loaders/typescript/compiler.mts'
import { compileByOxc } from '../../loaders/typescript/oxc.mts'
import { execute } from './typescript-program.mts'
import type { Compiled, Language, Program } from '../../loaders/typescript/compiler.mts'
import type { CompilerOptions } from '../../loaders/typescript/tsconfig.mts'

export interface Ways {
  readonly esbuild: Compiled
  /** `undefined` where it declines. */
  readonly oxc: Compiled | undefined
}

export function programOf(
  source: string,
  options: CompilerOptions = {},
  language: Language = 'ts',
): Program {
  const url = `https://host.test/program.${language}`
  return { source, url, language, options, goal: undefined, signal: undefined, wantsMap: true }
}

export async function bothWays(program: Program): Promise<Ways> {
  return { esbuild: await compileByEsbuild(program), oxc: await wholly(compileByOxc(program)) }
}

/** What a module imports and exports, by name. */
export async function interfaceOf({ code }: Compiled): Promise<unknown> {
  const syntax = await scanModule(code)
  const imports = (syntax?.imports ?? []).flatMap((each) =>
    each.type === 'static'
      ? `${each.specifier} ${JSON.stringify(each.attributes)} ${each.phase}`
      : [],
  )
  const exports = (syntax?.exports ?? []).flatMap((each) => ('name' in each ? each.name : []))
  return { imports: imports.toSorted(), exports: exports.toSorted() }
}

/** What running a program leads to: what it exports, or what it throws. */
export async function outcomeOf({ code }: Compiled): Promise<string> {
  const result = { source: code, format: 'text/javascript' }
  try {
    return inspect(await execute(result), { depth: 8, showHidden: false, maxArrayLength: 999 })
  } catch (error) {
    const { name, message } = error as Error
    return `${name}: ${message.replace(/\d+\.mjs/g, 'x.mjs')}`
  }
}

const word = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu

/** The offsets of words that a text has once. */
function rareWords(text: string): Map<string, number> {
  const found = new Map<string, number>()
  for (const { 0: text_, index } of text.matchAll(word)) {
    found.set(text_, found.has(text_) ? -1 : index)
  }
  return found
}

/** Line and column, both from 0. */
function positionOf(text: string, offset: number): [line: number, column: number] {
  const before = text.slice(0, offset).split('\n')
  return [before.length - 1, before.at(-1)!.length]
}

/**
 * Checks that words which the source and both texts have once lead to the same place by either map, which is theirs.
 * Returns how many there were.
 */
export function assertSamePositions({ source, url }: Program, { oxc, esbuild }: Ways): number {
  const maps = [oxc!, esbuild].map(({ code, map }) => {
    const parsed = JSON.parse(map)
    // A text of types alone leaves nothing that came from anywhere.
    assert.equal(parsed.sources, code === '' ? [] : [url])
    assert.equal(parsed.sourcesContent, code === '' ? [] : [source])
    return { code, words: rareWords(code), map: new SourceMap(parsed) }
  })
  let count = 0
  for (const [text, offset] of rareWords(source)) {
    if (offset < 0 || maps.some(({ words }) => (words.get(text) ?? -1) < 0)) continue
    const expected = positionOf(source, offset)
    const [ours, theirs] = maps.map(({ code, words, map }) => {
      const [line, column] = positionOf(code, words.get(text)!)
      const entry = map.findEntry(line, column) as unknown as Record<string, number>
      const isExact = entry['generatedLine'] === line && entry['generatedColumn'] === column
      return { line: entry['originalLine'], column: entry['originalColumn'], isExact }
    })
    // Where esbuild's map has no segment of its own, there is nothing to hold on to.
    if (!theirs!.isExact || theirs!.line !== expected[0] || theirs!.column !== expected[1]) continue
    assert.is(ours!.line, expected[0], `'${text}' of\n${source}`)
    // What is decorated begins with its decorators.
    if (!ours!.isExact || /^(?:class|static|async|get|set)$/.test(text)) continue
    assert.is(ours!.column, expected[1], `'${text}' of\n${source}`)
    count++
  }
  return count
}
