/**
 * Where our own reader of TypeScript is certain, nobody else is asked: the types that it blanks are without fault, and what it
 * says of imports is what a compiler says. V8 tells what is wrong with the rest.
 */

import { globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { spawnSync } from 'node:child_process'
import { transformSync } from 'oxc-transform'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { scanModule } from '../../core/module-syntax.mts'
import { staticsIn } from '../../core/module-statics.mts'
import { compileByEsbuild } from '../../loaders/typescript/compiler.mts'
import { elide, elideAllBut } from '../../loaders/typescript/elision.mts'
import { stripQuickly } from '../../loaders/typescript/strip.mts'
import { erasable } from './typescript-erasable-rows.mts'
import { programOf } from './typescript-ways.mts'
import type { ErasedText } from '../../loaders/typescript/eraser/erasure.mts'

const test = suite('typescript: certain')
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** What our reader is certain of, with the imports that are used. */
function certain(source: string): (ErasedText & { used: ReadonlySet<string> | 'all' }) | undefined {
  const erased = stripQuickly(source)
  if (erased === undefined || erased === 'compiled' || !erased.isCertain) return undefined
  const used = erased.names.exportsValues(source) ? erased.names.usedImports(source) : undefined
  return used && { ...erased, used }
}

test('the imports and exports of all files of this project are what esbuild makes of them', async () => {
  const pattern = '{adapters,bench,cli,core,loaders,scripts,test}/**/*.mts'
  // Programs to test with are installed below.
  const files = globSync(pattern, { cwd: root }).filter((each) => !each.includes('node_modules'))
  let count = 0
  for (const file of files) {
    const source = readFileSync(`${root}/${file}`, 'utf8')
    const erased = certain(source)
    if (erased === undefined) continue
    count++
    const { code, used, statics } = erased
    const syntax = scanModule(code)!
    const compiled = await compileByEsbuild({ ...programOf(source), wantsMap: false })
    const kept = used === 'all' ? code : elideAllBut(used, code, syntax)
    assert.is(kept, elide(code, syntax, compiled), file)
    if (statics === undefined) continue
    const { imports, hasDefault } = staticsIn(syntax)
    const plain = imports.map(({ specifier, start }) => ({ specifier, start, attributes: null }))
    assert.equal(statics, { imports: plain, hasDefault }, file)
  }
  assert.ok(count > files.length * 0.9, `${count} of ${files.length}`)
})

/** What is put into a text. */
const bits =
  '? ! : | & < > ( ) { } [ ] , ; = => ... - + 1 "a" a as is in out const readonly keyof typeof infer unique asserts abstract declare static public get new this void type interface extends implements satisfies import if class'.split(
    ' ',
  )

/** A text with each of its tokens taken out, doubled, exchanged for the next, and with something before it. */
function* changed(text: string): Generator<string> {
  const tokens = text.split(/(\s+|\b|(?=[^\w\s]))/).filter((each) => each)
  for (const [at, token] of tokens.entries()) {
    if (token.trim() === '') continue
    const [before, after] = [tokens.slice(0, at).join(''), tokens.slice(at + 1).join('')]
    yield before + after
    yield `${before}${token} ${token} ${after}`
    yield `${before}${after.slice(0, 1)}${token}${after.slice(1)}`
    for (const bit of bits) yield `${before} ${bit} ${token}${after}`
  }
}

/** Faults of JavaScript that V8 tells when the text is run, and not before. */
const later = /Cannot assign to this expression|Invalid assignment target/

test('a fault that our reader does not see is seen by V8, or is none', async () => {
  const faulty: string[] = []
  const codes: string[] = []
  let sound = 0
  for (const text of erasable.map((each) => each.replaceAll(/;? ?\/\/.*/g, ''))) {
    for (const source of changed(text)) {
      const erased = certain(source)
      if (erased === undefined) continue
      const { errors } = transformSync('a.ts', source, { lang: 'ts', sourceType: 'module' })
      if (errors.length === 0) {
        sound++
        continue
      }
      const { code, used } = erased
      const syntax = scanModule(code)
      const kept = used === 'all' || syntax === undefined ? code : elideAllBut(used, code, syntax)
      faulty.push(source)
      codes.push(kept ?? code)
    }
  }
  const args = ['--experimental-vm-modules', '--no-warnings']
  const script = fileURLToPath(new URL('../support/parsed-modules.mts', import.meta.url))
  const child = spawnSync(process.execPath, [...args, script], { input: JSON.stringify(codes) })
  const taken = JSON.parse(String(child.stdout)) as boolean[]
  assert.is(taken.length, codes.length)
  const unseen: string[] = []
  for (const [index, source] of faulty.entries()) {
    if (taken[index] !== true) continue
    // What the reference takes is no fault; most of what is left is.
    await compileByEsbuild({ ...programOf(source), wantsMap: false }).catch((error: Error) => {
      if (!later.test(error.message)) unseen.push(`${source}\n${error.message}`)
    })
  }
  assert.equal(unseen, [])
  assert.ok(sound > 5_000, `${sound} without fault`)
  assert.ok(faulty.length > 1_000, `${faulty.length} with one`)
})

test.run()
