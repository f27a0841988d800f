import { execFileSync } from 'node:child_process'
import { rmSync, symlinkSync } from 'node:fs'
import { chdir, cwd } from 'node:process'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readSettings } from '../../core/application/config/config.mts'
import { makeProject, run } from '../support/spawn.mts'
import { rejects } from '../support/rejects.mts'
import type { Settings } from '../../core/settings.mts'
import type { Project } from '../support/spawn.mts'

const test = suite('config')

const before = cwd()
let project: Project

test.before.each(() => {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('MIMEPORT_')) delete process.env[name]
  }
  project = makeProject({})
})
test.after.each(() => {
  chdir(before)
  project.remove()
})

function read(files: Readonly<Record<string, string>>, query = '', folder = '.'): Settings {
  project.write(files)
  chdir(join(project.path, folder))
  const base = pathToFileURL('/mimeport/loader.mts')
  return readSettings({
    self: base.href + query,
    loaders: new URL('loaders/', base),
    builtIn: ['data', 'file'],
  })
}

const refuse = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const error = await rejects(async () => read(files), 'ERR_MIMEPORT_CONFIG')
  return error.message.replaceAll(project.path, '<project>')
}

const own = ({ sources }: Settings) =>
  sources.filter((each) => each.project).map(({ from }) => from)
const builtIn = { from: resolve('/mimeport/loaders/*'), project: false }

test('without a configuration there are the built-in loaders', () => {
  // test/core/lock-file.test.mts has the lock.
  const { lock: _lock, ...settings } = read({})
  assert.equal(settings, {
    root: project.path,
    sources: [builtIn],
    builtIn: ['data', 'file'],
    limits: {},
    timeouts: {},
    sourceMaps: true,
    command: ['node', ...process.execArgv],
  })
})

test('mimeport.json stands beside the nearest package.json, and paths are relative to it', () => {
  const loaders = ['./loaders/*', '../x.mjs', '/abs.mjs', 'mimeport-loader-toml', '@a/b', '.']
  const files = { 'mimeport.json': JSON.stringify({ loaders }), 'sub/deeper/x.mjs': '' }
  const settings = read(files, '', 'sub/deeper')
  assert.is(settings.root, project.path)
  assert.equal(own(settings), [
    join(project.path, 'loaders/*'),
    resolve(project.path, '../x.mjs'),
    resolve('/abs.mjs'),
    'mimeport-loader-toml',
    '@a/b',
    project.path,
  ])
  assert.equal(settings.sources.at(-1), builtIn)
})

test('what may be imported is checked, and has what the environment and the program add', async () => {
  const config = (more: object) => ({ 'mimeport.json': JSON.stringify(more) })
  const own = {
    allow: ['default', 'https://cdn.example/'],
    deny: ['github:evil'],
    allowPrivate: ['git.corp'],
  }
  assert.equal(read(config(own)).policy, own)
  process.env['MIMEPORT_ALLOW'] = ' https://a.example/\tgithub:o/r '
  assert.equal(read(config({})).policy, { also: ['https://a.example/', 'github:o/r'] })
  assert.equal(read(config({ allow: [] })).policy, {
    allow: [],
    also: ['https://a.example/', 'github:o/r'],
  })
  process.env['MIMEPORT_ALLOW'] = ''
  assert.is(read({ 'mimeport.json': '{}' }).policy, undefined)
  const faults: readonly [config: object, message: RegExp][] = [
    [{ allow: 'https:' }, /'allow' must be an array\. Received a string/],
    [{ allow: [1] }, /'allow' must hold strings/],
    [{ allow: ['*'] }, /'allow' has '\*': for every public host of the web write 'https:'/],
    [{ allow: ['https://me:hunter2@host/'] }, /'allow' has 'https:\/\/\*\*\*@host\/': a user name/],
    [{ deny: ['example.com'] }, /'deny' has 'example\.com': .*'https:\/\/example\.com'/],
    [{ allowPrivate: ['https://git.corp/'] }, /'allowPrivate' has .*it is a host/],
    [
      { loaders: ['https://host/x.mjs'] },
      /'loaders' has 'https:\/\/host\/x\.mjs', which is a URL: .* full trust/,
    ],
  ]
  for (const [faulty, message] of faults) assert.match(await refuse(config(faulty)), message)
  const byQuery = async () => read(config({}), '?loaders=https://host/x.mjs')
  assert.match(
    (await rejects(byQuery, 'ERR_MIMEPORT_CONFIG')).message,
    /which is a URL: .* full trust/,
  )
  process.env['MIMEPORT_ALLOW'] = 'example.com'
  assert.match(
    await refuse(config({})),
    /^Cannot use the environment's 'MIMEPORT_ALLOW': it has 'example\.com': .*'https:\/\/example\.com'/,
  )
})

test('"mimeport" in package.json will do', () => {
  const manifest = { name: 'app', mimeport: { loaders: ['./l.mjs'], timeout: { total: 5 } } }
  const settings = read({ 'package.json': JSON.stringify(manifest), 'sub/x': '' }, '', 'sub')
  assert.equal(own(settings), [join(project.path, 'l.mjs')])
  assert.equal(settings.timeouts, { total: 5 })
})

test('mimeport.json goes before package.json', () => {
  const settings = read({
    'mimeport.json': '{ "loaders": ["./a.mjs"] }',
    'package.json': '{ "mimeport": { "loaders": ["./b.mjs"] } }',
  })
  assert.equal(own(settings), [join(project.path, 'a.mjs')])
})

test('a nearer package.json ends the search', () => {
  const files = {
    'mimeport.json': '{ "loaders": ["./a.mjs"] }',
    'sub/package.json': '{ "name": "not-mimeport" }',
  }
  const settings = read(files, '', 'sub')
  assert.is(settings.root, join(project.path, 'sub'))
  assert.equal(own(settings), [])
})

test('a package.json that only mentions us is no configuration', () => {
  for (const manifest of [
    '{ "dependencies": { "mimeport": "1" } }',
    '{ "keywords": ["mimeport"] }',
  ]) {
    assert.equal(own(read({ 'package.json': manifest })), [])
  }
})

test('MIMEPORT_CONFIG names another file', () => {
  process.env['MIMEPORT_CONFIG'] = './other/config.json'
  const settings = read({
    'mimeport.json': '{ "loaders": ["./a.mjs"] }',
    'other/config.json': '{ "loaders": ["./b.mjs"] }',
  })
  assert.is(settings.root, join(project.path, 'other'))
  assert.equal(own(settings), [join(project.path, 'other/b.mjs')])
})

test('a MIMEPORT_CONFIG that is not there is an error', async () => {
  process.env['MIMEPORT_CONFIG'] = './gone.json'
  assert.match(await refuse({}), /^Cannot use the configuration '<project>\/gone\.json': ENOENT/)
})

test('what is no regular file is refused, and not read', async () => {
  // Of a pipe or a device, to read it is not to return.
  execFileSync('mkfifo', [join(project.path, 'mimeport.json')])
  assert.is(
    await refuse({}),
    "Cannot use the configuration '<project>/mimeport.json': it is a pipe; put a regular file in its place, or name another one",
  )
  rmSync(join(project.path, 'mimeport.json'))
  symlinkSync('/dev/zero', join(project.path, 'mimeport.json'))
  assert.match(await refuse({}), /mimeport\.json': it is a device; /)
  process.env['MIMEPORT_CONFIG'] = project.path
  assert.match(await refuse({}), /<project>': it is a folder; /)
  // A link to a regular file is one.
  process.env['MIMEPORT_CONFIG'] = 'link.json'
  symlinkSync('real.json', join(project.path, 'link.json'))
  assert.equal(read({ 'real.json': '{ "loaders": [] }' }).sources, [builtIn])
})

test('a program whose configuration is a pipe ends', async () => {
  project.write({ 'app.mjs': 'console.log(1)' })
  execFileSync('mkfifo', [join(project.path, 'mimeport.json')])
  const { stderr, status } = await run(['app.mjs'], { cwd: project.path })
  assert.match(stderr, /ERR_MIMEPORT_CONFIG.*it is a pipe/)
  assert.is(status, 1)
  rmSync(join(project.path, 'mimeport.json'))
  project.write({ 'mimeport.json': '{}' })
  assert.is((await run(['app.mjs'], { cwd: project.path })).stdout, '1\n')
})

test('a configuration has 1 MiB at most, and a package.json what Node takes', async () => {
  const padded = (text: string, bytes: number) => text + ' '.repeat(bytes - text.length)
  const text = '{ "loaders": ["x"] }'
  const [loader] = read({ 'mimeport.json': padded(text, 2 ** 20) }).sources
  assert.is(loader?.from, 'x')
  assert.match(
    await refuse({ 'mimeport.json': padded(text, 2 ** 20 + 1) }),
    /mimeport\.json': it has 1,048,577 bytes, and a configuration has 1,048,576 at most; /,
  )
  rmSync(join(project.path, 'mimeport.json'))
  const own = `{ "mimeport": ${text} }`
  const [other] = read({ 'package.json': padded(own, 2 ** 20 + 1) }).sources
  assert.is(other?.from, 'x')
})

test('loaders of the environment and of the command line are relative to the working folder', () => {
  process.env['MIMEPORT_LOADERS'] = './env:a-package::/abs'
  const files = { 'mimeport.json': '{ "loaders": ["./own"] }', 'sub/x': '' }
  const settings = read(files, '?loaders=./one&loaders=two&loaders=', 'sub')
  assert.equal(own(settings), [
    join(project.path, 'own'),
    join(project.path, 'sub/env'),
    'a-package',
    '/abs',
    join(project.path, 'sub/one'),
    'two',
  ])
})

test('a query may be percent-encoded', () => {
  assert.equal(own(read({}, '?loaders=.%2Fa%20b')), [join(project.path, 'a b')])
})

test('limits and deadlines are taken over', () => {
  const config = { $schema: 'x', limits: { body: 10, redirects: 3 }, timeout: { idle: 0.5 } }
  const { limits, timeouts } = read({ 'mimeport.json': JSON.stringify(config) })
  assert.equal([limits, timeouts], [{ body: 10, redirects: 3 }, { idle: 0.5 }])
})

test('source maps are wanted by the environment, else by the flag, else by the configuration', async () => {
  const { NODE_OPTIONS, ...env } = process.env
  const maps = (configured: boolean | undefined, variable?: string, options?: string) => {
    process.env = { ...env, ...(options !== undefined && { NODE_OPTIONS: options }) }
    if (variable !== undefined) process.env['MIMEPORT_SOURCE_MAPS'] = variable
    return read({ 'mimeport.json': JSON.stringify({ sourceMaps: configured }) }).sourceMaps
  }
  try {
    assert.is(maps(undefined), true)
    assert.is(maps(true), true)
    assert.is(maps(false), false)
    assert.is(maps(false, ''), false)
    assert.is(maps(false, '1'), true)
    assert.is(maps(true, '0'), false)
    assert.is(maps(undefined, undefined, '--no-enable-source-maps'), false)
    assert.is(maps(true, undefined, '--x "--no_enable_source_maps"'), false)
    assert.is(maps(false, undefined, '--no-enable-source-maps --enable-source-maps'), true)
    assert.is(maps(true, '1', '--no-enable-source-maps'), true)
    for (const odd of ['no', 'false', '2', ' 1']) {
      const error = await rejects(async () => maps(true, odd), 'ERR_MIMEPORT_CONFIG')
      assert.match(error.message, /MIMEPORT_SOURCE_MAPS: it must be 0 or 1\. Received a string/)
    }
  } finally {
    process.env = { ...env, ...(NODE_OPTIONS !== undefined && { NODE_OPTIONS }) }
  }
})

test('keys of signatures and encryption: origins as URLs have them, paths absolute, variables by name', () => {
  const config = {
    signatures: {
      'https://M.example:443': {
        keys: { a: './a.pem', b: { key: '${KEY}', algorithm: 'hmac-sha256' }, c: '$C' },
        components: ['etag', '@method;req', 'x;key="a b"'],
        maxAge: 60,
        tag: 'x',
      },
    },
    encryption: { 'http://localhost:80': { '': '$KEY', id: 'keys/id.key' } },
  }
  const { signatures, encryption } = read({ 'mimeport.json': JSON.stringify(config) })
  assert.equal(signatures, {
    'https://m.example': {
      ...config.signatures['https://M.example:443'],
      keys: {
        a: { key: join(project.path, 'a.pem') },
        b: { key: '$KEY', algorithm: 'hmac-sha256' },
        c: { key: '$C' },
      },
    },
  })
  assert.equal(encryption, {
    'http://localhost': { '': '$KEY', id: join(project.path, 'keys/id.key') },
  })
})

/** A configuration with a rule for one origin that signs. */
const signing = (rule: unknown) => ({ signatures: { 'https://m.example': rule } })

const wrong: readonly (readonly [config: unknown, message: RegExp])[] = [
  [[], /: it must be an object\. Received an empty array$/],
  [null, /: it must be an object\. Received null$/],
  ['x', /: it must be an object\. Received a string \('x'\)$/],
  [{ loader: [] }, /: it has no key 'loader'; did you mean 'loaders'\?$/],
  [{ Loaders: [] }, /; did you mean 'loaders'\?$/],
  [{ tiemout: {} }, /; did you mean 'timeout'\?$/],
  [
    { zzzzzzzzzz: 1 },
    /: it has no key 'zzzzzzzzzz' \(there are .*loaders, sourceMaps, .*cache, timeout, limits\)$/,
  ],
  [{ loaders: './x' }, /: 'loaders' must be an array\. Received a string \('\.\/x'\)$/],
  [{ loaders: [1] }, /: 'loaders' must hold paths or packages\. Received a number \(1\)$/],
  [{ loaders: [''] }, /: 'loaders' must hold paths or packages\. Received a string \(''\)$/],
  [{ timeout: 5 }, /: 'timeout' must be an object\. Received a number \(5\)$/],
  [{ timeout: null }, /: 'timeout' must be an object\. Received null$/],
  [{ limits: [] }, /: 'limits' must be an object\. Received an empty array$/],
  [{ limits: { bodi: 1 } }, /: 'limits' has no key 'bodi'; did you mean 'body'\?$/],
  [{ limits: { body: '1' } }, /: 'limits\.body' must be a positive number\. Received a string/],
  [
    { limits: { body: 0 } },
    /: 'limits\.body' must be a positive number\. Received a number \(0\)$/,
  ],
  [
    { limits: { transforms: 1.5 } },
    /: 'limits\.transforms' must be an integer\. Received a number \(1\.5\)$/,
  ],
  [{ limits: { redirects: 2 ** 53 } }, /: 'limits\.redirects' must be an integer/],
  [{ sourceMap: true }, /; did you mean 'sourceMaps'\?$/],
  [{ sourceMaps: 0 }, /: 'sourceMaps' must be true or false\. Received a number \(0\)$/],
  [{ sourceMaps: 'false' }, /: 'sourceMaps' must be true or false\. Received a string/],
  [{ sourceMaps: null }, /: 'sourceMaps' must be true or false\. Received null$/],
  [{ timeout: { total: -1 } }, /: 'timeout\.total' must be a positive number/],
  [{ limits: { tries: 0 } }, /: 'limits\.tries' must be a positive number/],
  [{ limits: { speed: -1 } }, /: 'limits\.speed' must be a positive number/],
  [{ header: {} }, /; did you mean 'headers'\?$/],
  [{ cache: true }, /: 'cache' must be false or an object\. Received a boolean \(true\)$/],
  [{ cache: './x' }, /: 'cache' must be false or an object\. Received a string/],
  [{ cache: null }, /: 'cache' must be false or an object\. Received null$/],
  [
    { cache: { directory: 'x' } },
    /: 'cache' has no key 'directory' \(there are folder, size, pack, compile\)$/,
  ],
  [
    { cache: { dir: 'x' } },
    /: 'cache' has no key 'dir' \(there are folder, size, pack, compile\)$/,
  ],
  [{ cache: { sise: 1 } }, /: 'cache' has no key 'sise'; did you mean 'size'\?$/],
  [{ cache: { folder: '' } }, /: 'cache\.folder' must be a path\. Received a string \(''\)$/],
  [{ cache: { folder: 1 } }, /: 'cache\.folder' must be a path\. Received a number/],
  [{ cache: { size: 0 } }, /: 'cache\.size' must be a positive integer \(bytes\)/],
  [{ cache: { size: 1.5 } }, /: 'cache\.size' must be a positive integer \(bytes\)/],
  [{ cache: { size: '1G' } }, /: 'cache\.size' must be a positive integer .* a string \('1G'\)$/],
  [{ headers: [] }, /: 'headers' must be an object\. Received an empty array$/],
  [{ headers: { accept: 'x' } }, /: 'headers' has the key 'accept': a key is an origin, such as/],
  [{ headers: { 'ftp://h': {} } }, /: 'headers' has the key 'ftp:\/\/h': a key is an origin, such/],
  [{ headers: { 'https://*.h': {} } }, /: 'headers' has the key 'https:\/\/\*\.h': .* no wildcard/],
  [{ headers: { 'https://h/': {} } }, /: a key is an origin and nothing more: 'https:\/\/h'$/],
  [{ headers: { 'https://h/x': {} } }, /: a key is an origin and nothing more: 'https:\/\/h'$/],
  [{ headers: { 'https://h?': {} } }, /: a key is an origin and nothing more: 'https:\/\/h'$/],
  [
    { headers: { 'https://user:canary@h': {} } },
    /has the key 'https:\/\/\*\*\*@h': a key is an origin and nothing more: 'https:\/\/h'$/,
  ],
  [{ headers: { 'http://h.example': {} } }, /: anyone on the way could read it; use https:$/],
  [
    { headers: { 'https://h': {}, 'https://H:443': {} } },
    /: 'headers' has two keys for 'https:\/\/h'$/,
  ],
  [{ headers: { 'https://h': 'x' } }, /: 'headers' of 'https:\/\/h' must be an object\. Received/],
  [{ headers: { 'https://h': { 'a b': 'x' } } }, /: 'a b' is no field's name$/],
  [{ headers: { 'https://h': { '': 'x' } } }, /: '' is no field's name$/],
  [{ headers: { 'https://h': { a: 'x', A: 'y' } } }, / has two fields of the name 'a'$/],
  ...[
    'Host',
    'content-length',
    'Transfer-Encoding',
    'connection',
    'keep-alive',
    'upgrade',
    'te',
    'expect',
    'range',
    'if-none-match',
  ].map(
    (name) =>
      [{ headers: { 'https://h': { [name]: 'x' } } }, / which mimeport sends by itself/] as const,
  ),
  ...['canary\r\nx: y', 'can\0ary', 'canary\n', 'canäry', '', 1, null, ['canary']].map(
    (value) =>
      [
        { headers: { 'https://h': { 'x-key': value } } },
        /: 'x-key' must be text of visible ASCII characters \(RFC 9110 §5\.5\)$/,
      ] as const,
  ),
  ...['$', 'a$', '$ x', '${', '${}', '${a', '$1', '$$$'].map(
    (value) =>
      [
        { headers: { 'https://h': { 'x-key': value } } },
        /: 'x-key' has a \$ without a variable's name; /,
      ] as const,
  ),
  [{ signatures: [] }, /: 'signatures' must be an object\. Received an empty array$/],
  [
    { signatures: { 'm.example': {} } },
    /'signatures' has the key 'm\.example': a key is an origin/,
  ],
  [{ signatures: { 'http://m.example': {} } }, /anyone on the way could read it; use https:$/],
  [{ signatures: { 'https://m.example/a': {} } }, /a key is an origin and nothing more/],
  [
    {
      signatures: {
        'https://m.example': { keys: { k: './k.pem' } },
        'https://m.example:443': { keys: { k: './k.pem' } },
      },
    },
    /'signatures' has two keys for 'https:\/\/m\.example'$/,
  ],
  [signing(5), /'signatures' of 'https:\/\/m\.example' must be an object\. Received a number/],
  [signing({}), /'https:\/\/m\.example'\.keys must be an object\. Received undefined$/],
  [signing({ keys: {} }), /\.keys has no key: nothing could be verified$/],
  [signing({ keys: { k: 1 } }), /the key 'k' of .* must be a file's path, or \$NAME/],
  [signing({ keys: { k: '' } }), /the key 'k' of .* must be a file's path, or \$NAME/],
  [signing({ keys: { k: '$A$B' } }), /must be one variable of the environment, such as/],
  [signing({ keys: { k: { kye: './k' } } }), /has no key 'kye'; did you mean 'key'\?$/],
  [signing({ keys: { k: { algorithm: 'ed25519' } } }), /must be a file's path/],
  [
    signing({ keys: { k: { key: './k.pem', algorithm: 'rs256' } } }),
    /has the algorithm a string \('rs256'\); there are rsa-pss-sha512, .*, ed25519$/,
  ],
  [
    signing({ keys: { k: '-----BEGIN PUBLIC KEY-----\nMCow' } }),
    /looks like a key itself; write a file's path \('\.\/keys\/name\.pem'\), or \$NAME for a variable of the environment$/,
  ],
  [signing({ keys: { k: '{"kty":"OKP"}' } }), /looks like a key itself; write[^{]*$/],
  [signing({ keys: { k: './k.pem' }, components: 'date' }), /\.components must be an array/],
  [signing({ keys: { k: './k.pem' }, components: ['Date'] }), /\.components must hold names/],
  [signing({ keys: { k: './k.pem' }, components: ['date;x'] }), /\.components must hold names/],
  [signing({ keys: { k: './k.pem' }, maxAge: 0 }), /\.maxAge must be a positive integer/],
  [signing({ keys: { k: './k.pem' }, maxage: 1 }), /; did you mean 'maxAge'\?$/],
  [signing({ keys: { k: './k.pem' }, tag: '' }), /\.tag must be text of visible ASCII/],
  [{ encryption: true }, /: 'encryption' must be an object\. Received a boolean/],
  [{ encryption: { 'https://m.example': {} } }, /has no key: nothing could be decrypted$/],
  [{ encryption: { 'https://m.example': { ['k'.repeat(256)]: '$K' } } }, /of more than 255 bytes/],
  [
    { encryption: { 'https://m.example': { '': 'yqdlZ-tYemfogSmv7Ws5PQ' } } },
    /the key '' of 'encryption' of 'https:\/\/m\.example' looks like a key itself;(?!.*yqdl)/,
  ],
]

test('headers, the cache and how the program was started are handed to the engine', () => {
  const headers = {
    'https://api.example:8443': { 'X-Api-Key': '$KEY ${KEY} $$', 'x-other': 'a\tb~' },
    'http://localhost:8080': {},
    'http://a.localhost': {},
    'http://127.1.2.3:80': {},
    'http://[::1]:8080': {},
  }
  const config = { headers, cache: { folder: './here', size: 1 }, limits: { tries: 1, speed: 0 } }
  const settings = read({ 'mimeport.json': JSON.stringify(config) })
  assert.equal(settings.headers, headers)
  assert.equal(settings.cache, { folder: join(project.path, 'here'), size: 1 })
  assert.equal(settings.limits, { tries: 1, speed: 0 })
  assert.is(settings.file, join(project.path, 'mimeport.json'))
  assert.equal(read({ 'mimeport.json': '{ "cache": false }' }).cache, false)
  assert.equal(read({ 'mimeport.json': '{ "cache": {} }' }).cache, {})
  const inPackage = { 'package.json': '{ "mimeport": { "cache": { "folder": "/abs" } } }' }
  rmSync(join(project.path, 'mimeport.json'))
  const other = read(inPackage)
  assert.equal(other.cache, { folder: resolve('/abs') })
  assert.is(other.file, `${join(project.path, 'package.json')}#mimeport`)
})

test('a configuration that is wrong is refused by file, key, and what was found', async () => {
  for (const [config, message] of wrong) {
    const found = await refuse({ 'mimeport.json': JSON.stringify(config) })
    assert.match(found, /^Cannot use the configuration '<project>\/mimeport\.json': /)
    assert.match(found, message)
    assert.not.match(found, /can.*ry/)
    const manifest = await refuse({
      'package.json': JSON.stringify({ mimeport: config }),
      'mimeport.json': JSON.stringify(config),
    })
    assert.match(manifest, message)
  }
})

test('in package.json, too', async () => {
  const found = await refuse({ 'package.json': '{ "mimeport": { "loader": [] } }' })
  assert.match(
    found,
    /^Cannot use the configuration '<project>\/package\.json#mimeport': .*did you/,
  )
})

test('what is not JSON is refused by its file', async () => {
  for (const text of ['', '{', '{ loaders: [] }', '// x\n{}']) {
    assert.match(await refuse({ 'mimeport.json': text }), /'<project>\/mimeport\.json': \S/)
  }
})

test('__proto__ is an unknown key, and changes nothing', async () => {
  await refuse({ 'mimeport.json': '{ "__proto__": { "loaders": ["./x"] } }' })
  await refuse({ 'mimeport.json': '{ "limits": { "__proto__": { "body": 1 } } }' })
  assert.is(({} as { loaders?: unknown }).loaders, undefined)
})

test('a deadline is as long as a timer of Node’s can be, and no longer', async () => {
  const config = (total: number) => ({ 'mimeport.json': JSON.stringify({ timeout: { total } }) })
  assert.equal(read(config(2_147_483_647)).timeouts, { total: 2_147_483_647 })
  assert.match(
    await refuse(config(2_147_483_648)),
    /: 'timeout\.total' must be at most 2147483647 \(ms\)\. Received a number \(2147483648\)$/,
  )
})

test.run()
