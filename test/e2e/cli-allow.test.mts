/** `mimeport allow`: the configuration has one entry more, and everything else stays as somebody wrote it. */

import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mimeport } from '../support/cli.mts'
import { makeProject, run } from '../support/spawn.mts'
import { denied, passed } from '../threats/record.mts'

const test = suite('cli-allow')

const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8')

test('the command that a refusal prints does what it says', async () => {
  const project = makeProject({ 'app.mjs': "import 'https://unlisted.example/x.mjs'" })
  const cwd = project.path
  const refused = await run(['app.mjs'], { cwd })
  assert.match(refused.stderr, 'ERR_MIMEPORT_NOT_ALLOWED')
  denied('T04', 'before mimeport allow')
  const [, url = ''] = /npx mimeport allow (https:\/\/[^\s'`,;)]+)/.exec(refused.stderr)!
  const { status, stdout, stderr } = await mimeport(['allow', url], { cwd })
  assert.equal([status, stderr], [0, ''])
  assert.is(stdout, 'mimeport.json: "allow": ["default", "https://unlisted.example/"]\n')
  const made = '{\n  "allow": ["default", "https://unlisted.example/"]\n}\n'
  assert.is(read(cwd, 'mimeport.json'), made)
  // No server and no name: it is looked for now, and refused no more.
  const allowed = await run(['app.mjs'], { cwd, env: { MIMEPORT_OFFLINE: '1' } })
  assert.match(allowed.stderr, 'ERR_MIMEPORT_OFFLINE')
  passed('T04', 'after mimeport allow')
  project.remove()
})

test('a URL allows its host or its repository, and an entry is taken as it is; what is allowed stays', async () => {
  const project = makeProject({})
  const words = [
    'https://cdn.example:8443/lib/a.mjs?x',
    'gitlab:acme/lib/x.ts',
    'https://*.corp.example/',
    'https://cdn2.example/only/',
    'github:acme/lib/x.ts',
    'https://esm.sh/react',
  ]
  const { stdout } = await mimeport(['allow', ...words], { cwd: project.path })
  assert.equal(JSON.parse(read(project.path, 'mimeport.json')).allow, [
    'default',
    'https://cdn.example:8443/',
    'https://*.corp.example/',
    'https://cdn2.example/only/',
  ])
  for (const word of ['gitlab:acme', 'github:acme', 'https://esm.sh/react']) {
    assert.match(stdout, `'${word}`)
  }
  const before = read(project.path, 'mimeport.json')
  await mimeport(['allow', ...words], { cwd: project.path })
  assert.is(read(project.path, 'mimeport.json'), before)
  project.remove()
})

test('indentation, line ends, order, mode and links of the file stay', async () => {
  const text =
    '\ufeff{\r\n\t"cache": false,\r\n\t"allow": ["default"],\r\n\t"timeout": { "total": 1000 }\r\n}\r\n'
  const project = makeProject({ 'conf/own.json': text })
  const cwd = project.path
  symlinkSync('conf/own.json', join(cwd, 'mimeport.json'))
  const { mode } = statSync(join(cwd, 'mimeport.json'))
  const { stdout } = await mimeport(['allow', 'https://a.example/'], { cwd })
  assert.match(stdout, 'https://a.example/')
  const list = '["default", "https://a.example/"]'
  assert.is(read(cwd, 'conf/own.json'), text.replace('["default"]', list))
  assert.ok(lstatSync(join(cwd, 'mimeport.json')).isSymbolicLink())
  assert.is(statSync(join(cwd, 'conf/own.json')).mode, mode)
  assert.equal(readdirSync(join(cwd, 'conf')), ['own.json'], 'nothing is left')
  project.remove()
})

test('a configuration in package.json is changed there', async () => {
  const text = '{\n    "name": "x",\n    "mimeport": {},\n    "type": "module"\n}\n'
  const project = makeProject({ 'package.json': text, 'sub/x.mjs': '' })
  const cwd = join(project.path, 'sub')
  const { stdout } = await mimeport(['allow', 'https://a.example/'], { cwd })
  assert.match(stdout, 'package.json: "allow"')
  assert.is(
    read(project.path, 'package.json'),
    text.replace('{}', '{\n        "allow": ["default", "https://a.example/"]\n    }'),
  )
  project.remove()
})

test('what cannot be allowed is refused, and the file stays as it is', async () => {
  const project = makeProject({ 'mimeport.json': '{ "deny": ["https://bad.example/"] }' })
  const cwd = project.path
  for (const [word, reason] of [
    ['http://plain.example/', /cannot be allowed|nothing that could be allowed/],
    ['file:///etc/passwd', /nothing that could be allowed|cannot be allowed/],
    ['https://user:secret@a.example/', /nothing that could be allowed|cannot be allowed/],
    ['https://*/', /cannot be allowed/],
  ] as const) {
    const { status, stderr } = await mimeport(['allow', word], { cwd })
    assert.is(status, 2, word)
    assert.match(stderr, reason)
    assert.is(read(cwd, 'mimeport.json'), '{ "deny": ["https://bad.example/"] }')
  }
  const { stderr } = await mimeport(['allow', 'https://bad.example/x'], { cwd })
  assert.match(stderr, `note: 'https://bad.example/' in "deny" goes before it`)
  renameSync(join(cwd, 'mimeport.json'), join(cwd, 'was.json'))
  mkdirSync(join(cwd, 'mimeport.json'))
  const { status } = await mimeport(['allow', 'https://a.example/'], { cwd })
  assert.is(status, 1)
  project.remove()
})

test('--json prints the list and what is new', async () => {
  const project = makeProject({})
  const { stdout } = await mimeport(['allow', '--json', 'https://a.example/x'], {
    cwd: project.path,
  })
  const { allow, added } = JSON.parse(stdout)
  assert.equal([allow, added], [['default', 'https://a.example/'], ['https://a.example/']])
  project.remove()
})

test.run()
