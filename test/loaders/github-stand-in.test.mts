import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readSubmodules } from '../../core/git-host/submodule.mts'
import { resolve } from '../../loaders/github/github.mts'
import { load, reset } from '../support/github-fixture.mts'
import { startGitHub } from '../support/github.mts'
import { rejects } from '../support/rejects.mts'
import type { LoaderContext } from '../../core/types.mts'
import type { GitHub } from '../support/github.mts'

const test = suite('github stand-ins')

const pointer = (size: number) =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${'ab'.repeat(32)}\nsize ${size}\n`
const elsewhere = '0123456789abcdef0123456789abcdef01234567'

let github: GitHub
let commit: string

test.before(async () => {
  github = await startGitHub({
    repos: {
      'owner/repo': {
        files: {
          'dir/big.wasm': pointer(12345),
          'extended.bin': pointer(1).replace('oid', `ext-0-foo sha256:${'0'.repeat(64)}\noid`),
          'mention.md': `A pointer begins with\n${pointer(1)}`,
          'almost.txt': pointer(1).replace('size 1', 'size one'),
          'long.txt': pointer(1) + '#'.repeat(1024),
          'dir/file.mjs': 'export default 1\n',
          'dir/link.mjs': { symlink: 'file.mjs' },
          'up.mjs': { symlink: './dir/../dir/link.mjs' },
          'odd é%.mjs': 'odd\n',
          'to-odd.mjs': { symlink: 'odd é%.mjs'.replace(' ', '\u00a0') },
          'to-percent.mjs': { symlink: '100%23.mjs' },
          '100%23.mjs': 'percent\n',
          'lib/current': { symlink: '../dir' },
          'lib/outside': { symlink: '../../dir' },
          'lib/nested': { symlink: 'current' },
          'lib/ring': { symlink: 'ring' },
          'out.mjs': { symlink: '../../etc/x.mjs' },
          'absolute.mjs': { symlink: '/etc/x.mjs' },
          'comment.mjs': '//comment.mjs',
          'dead.mjs': { symlink: 'gone.mjs' },
          'self.mjs': { symlink: 'self.mjs' },
          'a.json': { symlink: 'dir/b.json' },
          'dir/b.json': '{}\n',
          'readme.txt': { symlink: 'other.txt' },
          'other.txt': 'other\n',
          'expression.mjs': 'a.b.mjs\n',
          'program.mjs': 'import "./dir/file.mjs"',
          'type.js': { symlink: 'dir/file.mjs' },
          '.gitmodules': [
            '[submodule "lib"]',
            '\tpath = vendor/lib',
            '\turl = ../../other/lib.git',
            '[submodule "far"]',
            '  path = "far"  ',
            '  url = https://example.org/far.git',
          ].join('\n'),
          'vendor/lib': { submodule: elsewhere },
          far: { submodule: elsewhere },
          'vendor/library.mjs': 'export {}\n',
        },
      },
    },
  })
  commit = await github.commit()
})
test.before.each(() => reset(github))
test.after(() => github.stop())

const at = (path: string) => `github:owner/repo@${commit}/${path}`

test('the pointer of Git LFS is refused by name, and what mentions one is not', async () => {
  const error = await rejects(resolve(at('dir/big.wasm')), 'ERR_MIMEPORT_INVALID_BODY')
  assert.is(
    error.message,
    `Cannot load '${at('dir/big.wasm')}': 'dir/big.wasm' (12345 bytes) is kept by Git LFS, and 'owner/repo' has only its pointer; keep the file in git, or import it by a URL that serves it`,
  )
  await rejects(resolve(at('extended.bin')), 'ERR_MIMEPORT_INVALID_BODY')
  for (const path of ['mention.md', 'almost.txt', 'long.txt']) {
    assert.match((await load(at(path))).text, /git-lfs/)
  }
})

test('a symbolic link to code leads to its target, which is one module with it', async () => {
  const table: [string, string, string][] = [
    ['dir/link.mjs', 'dir/file.mjs', 'export default 1\n'],
    ['up.mjs', 'dir/file.mjs', 'export default 1\n'],
    ['up.mjs?x', 'dir/file.mjs?x', 'export default 1\n'],
    ['a.json', 'dir/b.json', '{}\n'],
    ['to-percent.mjs', '100%2523.mjs', 'percent\n'],
  ]
  for (const [path, target, text] of table) {
    assert.equal(await load(at(path)), { specifier: at(target), text }, path)
  }
})

test('what may be a text is one: without code in its name, with a line end, as text or bytes', async () => {
  assert.is((await load(at('readme.txt'))).text, 'other.txt')
  assert.is((await load(at('expression.mjs'))).text, 'a.b.mjs\n')
  assert.is((await load(at('program.mjs'))).text, 'import "./dir/file.mjs"')
  assert.is((await load(at('comment.mjs'))).text, '//comment.mjs')
  // The link's name and the target's promise different things.
  assert.is((await load(at('type.js'))).text, 'dir/file.mjs')
  for (const type of ['text', 'bytes']) {
    const context = { importAttributes: { type } } as unknown as LoaderContext
    const answer = await resolve(at('dir/link.mjs'), context)
    assert.is(answer && answer.statusCode, 200)
  }
})

test('a path through a linked folder leads to the file there', async () => {
  const target = { specifier: at('dir/file.mjs'), text: 'export default 1\n' }
  for (const path of ['lib/current/file.mjs', 'lib/nested/file.mjs', 'lib/current/link.mjs']) {
    assert.equal(await load(at(path)), target, path)
  }
  const out = await rejects(resolve(at('lib/outside/file.mjs')), 'ERR_MIMEPORT_OUTSIDE_ORIGIN')
  assert.match(out.message, /it is, or is in, a symbolic link to '\.\.\/\.\.\/dir'/)
  await rejects(load(at('lib/current/none.mjs')), 'ERR_MODULE_NOT_FOUND')
  // A file is no folder: what is in it is no path.
  await rejects(load(at('dir/file.mjs/x.mjs')), 'ERR_MODULE_NOT_FOUND')
  const ring = await resolve(at('lib/ring/x.mjs'))
  assert.is(ring && ring.statusCode, 307)
})

test('a link that leaves the repository is refused, and a dead one names what is missing', async () => {
  const out = await rejects(resolve(at('out.mjs')), 'ERR_MIMEPORT_OUTSIDE_ORIGIN')
  assert.match(
    out.message,
    /it is, or is in, a symbolic link to '\.\.\/\.\.\/etc\/x\.mjs', which leaves/,
  )
  const dead = await rejects(load(at('dead.mjs')), 'ERR_MODULE_NOT_FOUND')
  assert.match(dead.message, /has no 'gone\.mjs'/)
  assert.is((await load(at('self.mjs'))).text, 'self.mjs')
  const absolute = await rejects(resolve(at('absolute.mjs')), 'ERR_MIMEPORT_OUTSIDE_ORIGIN')
  assert.match(absolute.message, /a symbolic link to '\/etc\/x\.mjs', which leaves/)
})

test('a submodule is named, with what to import instead', async () => {
  const inside = await rejects(resolve(at('vendor/lib/src/x.mjs')), 'ERR_MODULE_NOT_FOUND')
  assert.is(
    inside.message,
    `Cannot find '${at('vendor/lib/src/x.mjs')}': 'owner/repo' has no 'vendor/lib/src/x.mjs': 'vendor/lib' is a submodule, which is another repository ('../../other/lib.git'); import 'github:other/lib@<commit>/src/x.mjs' instead`,
  )
  const itself = await rejects(resolve(at('far')), 'ERR_MODULE_NOT_FOUND')
  assert.match(itself.message, /'far' is a submodule, .*import from that repository$/)
  // A name that only begins so is not in it.
  const near = await rejects(resolve(at('vendor/lib.mjs')), 'ERR_MODULE_NOT_FOUND')
  assert.not.match(near.message, /submodule/)
  assert.is((await load(at('vendor/library.mjs'))).text, 'export {}\n')
})

test('the configuration of submodules is read as git writes it', () => {
  assert.equal(readSubmodules(''), [])
  assert.equal(readSubmodules('[submodule "x"]\r\n\tpath = a b/c/\r\n\turl=https://x/y\r\n'), [
    { path: 'a b/c', url: 'https://x/y' },
  ])
  assert.equal(readSubmodules('[submodule "x"]\n\turl = u\n[core]\n'), [])
})

test.run()
