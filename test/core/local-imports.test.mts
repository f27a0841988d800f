import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as wait } from 'node:timers/promises'
import { isStampOf, stampOf } from '../../core/stamp.mts'
import { LocalImports } from '../../core/engine/local-imports.mts'
import { noClaims } from '../../core/claims.mts'
import { makeProject } from '../support/spawn.mts'
import type { Stats } from 'node:fs'
import type { Project } from '../support/spawn.mts'

const test = suite('local imports')
let project: Project
let parent: string

const urlOf = (name: string) => pathToFileURL(join(project.path, name)).href

test.before(async () => {
  const names = ['a.ts', 'b.mjs.md', 'c.mjs', 'd.json', 'e.tsv', 'f', 'lib/g.tsx', 'lib/ö ä.ts']
  project = makeProject(Object.fromEntries(names.map((name) => [name, ''])))
  symlinkSync('lib', join(project.path, 'link'))
  symlinkSync('a.ts', join(project.path, 'alias.ts'))
  parent = urlOf('app.ts')
  // Of a file that was changed a moment ago nobody can tell whether it will change again.
  await wait(60)
})
test.after(() => project.remove())

const find = (specifier: string, type?: string, claims = noClaims) =>
  new LocalImports(claims).find(specifier, type === undefined ? {} : { type }, parent)?.url

test('files that a loader is for are found, as Node writes their URLs', () => {
  for (const name of ['a.ts', 'b.mjs.md', 'e.tsv', 'f', 'lib/g.tsx', 'lib/ö ä.ts']) {
    assert.is(find(`./${name}`), urlOf(name), name)
    assert.is(find(urlOf(name)), urlOf(name), name)
  }
  assert.is(find('./a.ts?v=1#x'), `${urlOf('a.ts')}?v=1#x`)
  assert.is(find('./lib/../%61.ts'), urlOf('a.ts'))
})

test('what Node loads by itself is left to it, unless it is claimed or wanted as text', () => {
  for (const name of ['./c.mjs', './d.json']) assert.is(find(name), undefined)
  assert.is(find('./c.mjs', 'text'), urlOf('c.mjs'))
  assert.is(find('./d.json', 'bytes'), urlOf('d.json'))
  assert.is(find('./c.mjs', undefined, { ...noClaims, native: ['mjs'] }), urlOf('c.mjs'))
  assert.is(find('./d.json', 'json', { ...noClaims, extensions: ['json'] }), urlOf('d.json'))
  assert.is(find('./c.mjs', undefined, { ...noClaims, schemes: ['file:'] }), urlOf('c.mjs'))
})

test('what is missing, no file, or no path of Node’s is nobody’s', () => {
  for (const each of ['./z.ts', './lib', './lib/', './lib%2fg.tsx', './a.ts/', 'https://h/a.ts']) {
    assert.is(find(each), undefined, each)
  }
  assert.is(find(new URL('../../core/errors.mts', import.meta.url).href), undefined)
})

test('symbolic links lead to the file itself', () => {
  assert.is(find('./alias.ts'), urlOf('a.ts'))
  assert.is(find('./link/g.tsx'), urlOf('lib/g.tsx'))
})

test('a stamp tells whether a file is what it was', () => {
  const stats = statSync(join(project.path, 'a.ts'))
  const stamp = stampOf(stats)
  const is = (more: Partial<Stats>) => isStampOf({ ...stats, ...more } as Stats, stamp)
  assert.ok(is({}))
  const { size, ino, mtimeMs, ctimeMs, dev } = stats
  for (const more of [
    { size: size + 1 },
    { ino: ino + 1 },
    { dev: dev + 1 },
    { mtimeMs: mtimeMs - 1 },
    { ctimeMs: ctimeMs + 1 },
  ]) {
    assert.not(is(more))
  }
})

test.run()
