import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { requestFor } from '../support/inline-loader.mts'
import { hasIPv6 } from '../support/ipv6.mts'
import { startServer } from '../support/server.mts'
import { run } from '../support/spawn.mts'
import { canary, denied, leak, passed } from '../threats/record.mts'
import { startEngine } from './engine.mts'
import { forbiddenIn } from './forbidden.mts'
import { naughtyStrings } from './naughty-strings.mts'
import type { LoadRequest } from '../../core/types.mts'

const test = suite('naughty strings')

// A folder with a project in it, a cache, and a secret beside them that nobody asks for.
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mimeport-naughty-')))
const project = join(folder, 'project')
const cache = join(folder, 'cache')
const secret = 'CANARY-4f1c'
mkdirSync(project)
mkdirSync(cache, { mode: 0o700 })
writeFileSync(join(folder, 'canary.mjs'), `export default '${secret}'`)
writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
writeFileSync(
  join(project, 'odd.mjs'),
  `export const schemes = ['odd:']
  export const resolve = (specifier) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(specifier) })
  export const resolveRelativePath = (specifier, parent) => parent + '/' + specifier`,
)

/** Each file below a folder with its content; the cache's by their names alone. */
function tree(path = folder): string[] {
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(cache))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => `${file} ${readFileSync(file, 'utf8')}`)
    .sort()
}

const server = await startServer()
// Its answer says what it was asked for.
const other = await startServer({ host: hasIPv6 ? '::1' : '127.0.0.1' })
await server.set('*', { headers: { 'content-type': 'text/javascript' }, body: 'export default 1' })

for (const name of ['GITHUB_URL', 'GITHUB_RAW_URL', 'GITLAB_URL', 'CODEBERG_URL']) {
  process.env[`MIMEPORT_${name}`] = `${server.url}/git`
}
delete process.env['GITHUB_TOKEN']
delete process.env['MIMEPORT_CACHE']

const engine = await startEngine(project, {
  loaders: [join(project, 'odd.mjs')],
  cache: { folder: cache },
})

test.after(async () => {
  await Promise.all([server.stop(), other.stop()])
  rmSync(folder, { recursive: true, force: true })
})

const commit = '0123456789abcdef0123456789abcdef01234567'
const web = {
  parentURL: `${server.url}/folder/m.mjs`,
  parent: { loader: 'http', specifier: `${server.url}/folder/m.mjs` },
}
const repository = {
  parentURL: `github://owner/repo@${commit}/folder/m.mjs`,
  parent: { loader: 'github', specifier: `github:owner/repo@${commit}/folder/m.mjs` },
}
const local = { parentURL: pathToFileURL(join(project, 'app.mjs')).href }

interface Position {
  readonly of: (text: string) => string | Partial<LoadRequest>
  readonly from?: Partial<LoadRequest>
  /** What the URL of a module that is found begins with. */
  readonly within: RegExp
}

const origin = new RegExp(`^${RegExp.escape(server.url)}/`)

const positions: Readonly<Record<string, Position>> = {
  path: { of: (text) => `${server.url}/${text}`, within: origin },
  query: { of: (text) => `${server.url}/x.mjs?${text}`, within: origin },
  fragment: { of: (text) => `${server.url}/x.mjs#${text}`, within: origin },
  host: { of: (text) => `http://127.0.0.1${text}:${server.port}/x.mjs`, within: origin },
  'github owner': { of: (text) => `github:${text}/repo/x.mjs`, within: /^github:/ },
  'github repository': { of: (text) => `github:owner/${text}/x.mjs`, within: /^github:/ },
  'github ref': { of: (text) => `github:owner/repo@${text}/x.mjs`, within: /^github:/ },
  'github path': {
    of: (text) => `github:owner/repo@${commit}/${text}`,
    within: new RegExp(`^github:/{0,3}owner/repo(?:@|%40)${commit}/`),
  },
  'relative at a server': { of: (text) => `./${text}`, from: web, within: origin },
  'relative in a repository': {
    of: (text) => `./${text}`,
    from: repository,
    within: new RegExp(`^github:/{0,3}owner/repo(?:@|%40)${commit}/`),
  },
  'anything, from a server': {
    of: (text) => text,
    from: web,
    within: /^(?:https?|github|gitlab|codeberg|data|mimeport):/,
  },
  'a file, from a server': { of: (text) => `file:///${text}`, from: web, within: /^$/ },
  attribute: {
    of: (text) => ({ specifier: `${server.url}/x.mjs`, importAttributes: { type: text } }),
    within: origin,
  },
  'data: URL': { of: (text) => `data:text/javascript,${text}`, within: /^data:/ },
  'type of a data: URL': { of: (text) => `data:${text},x`, within: /^data:/ },
  'scheme of a loader': { of: (text) => `odd:${text}`, from: local, within: /^odd:/ },
  'a local file’s name': {
    of: (text) =>
      pathToFileURL(join(project, text.replaceAll('\0', '').slice(0, 5000) || 'x')).href,
    from: local,
    within: /^file:/,
  },
}

/** ms after which an import is taken to hang. */
const PATIENCE = 30_000

async function attempt(request: LoadRequest): Promise<string> {
  const timer = new AbortController()
  const hang = new Promise<never>((_, reject) => {
    const timeout = setTimeout(() => reject(new Error('it hangs')), PATIENCE)
    timer.signal.addEventListener('abort', () => clearTimeout(timeout))
  })
  try {
    const module = await Promise.race([engine.load(request), hang])
    assert.ok(URL.canParse(module.url), module.url)
    assert.not.match(String(module.source), secret)
    return module.url
  } finally {
    timer.abort()
  }
}

for (const [name, { of, from = {}, within }] of Object.entries(positions)) {
  test(`each is a module of where it was asked for, or a clear error: ${name}`, async () => {
    const before = tree()
    let found = 0
    const codes = new Map<string, number>()
    const one = async (text: string) => {
      const made = of(text)
      const asked = typeof made === 'string' ? { specifier: made } : made
      const request = requestFor(asked.specifier!, { parentURL: undefined, ...from, ...asked })
      let url: string
      try {
        url = await attempt(request)
      } catch (error) {
        const { code = '', message } = error as Error & { code?: string }
        const shown = JSON.stringify(text.slice(0, 100))
        assert.match(code, /^ERR_[A-Z_]+$/, `${shown}: ${String(error)}`)
        assert.equal(forbiddenIn(message), [], shown)
        assert.not.match(message, '\n', shown)
        assert.ok(message.length <= 21_000, `${shown}: ${message.length} characters`)
        codes.set(code, (codes.get(code) ?? 0) + 1)
        return
      }
      assert.match(url, within, JSON.stringify(text.slice(0, 100)))
      found += 1
    }
    const queue = [...naughtyStrings]
    const work = async () => {
      for (let text = queue.pop(); text !== undefined; text = queue.pop()) await one(text)
    }
    await Promise.all(Array.from({ length: 16 }, work))
    const refused = [...codes.values()].reduce((sum, count) => sum + count, 0)
    assert.is(found + refused, naughtyStrings.length)
    assert.equal(tree(), before)
    denied('T19', name, refused)
    passed('T19', name, found)
  })
}

test('a specifier has 8,192 characters at most, but for a data: URL', async () => {
  const path = `${server.url}/`
  const fill = (length: number) => path + 'a'.repeat(length - path.length)
  assert.is(await attempt(requestFor(fill(8192))), fill(8192))
  passed('T19', '8,192 characters')
  for (const specifier of [fill(8193), `odd:${'a'.repeat(8189)}`, `./${'a'.repeat(1e6)}`]) {
    let failure: Error & { code?: string } = new Error('it is taken')
    await engine.load(requestFor(specifier, web)).catch((error: Error) => (failure = error))
    assert.is(failure.code, 'ERR_MIMEPORT_INVALID_SPECIFIER', failure.message.slice(0, 300))
    assert.match(failure.message, `it has ${specifier.length} characters, the limit is 8192`)
    assert.ok(failure.message.length < 1000)
    denied('T19', 'a longer one')
  }
  assert.ok(await attempt(requestFor(`data:text/javascript,${'a'.repeat(100_000)}`)))
})

test('the cache has files with names of hexadecimal digits, and nothing else was written', () => {
  const names = readdirSync(cache, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
  assert.ok(names.length > 1000, String(names.length))
  const odd = names.filter((name) => !/^[\da-f]+$/.test(name) && !/^[\w.-]+$/.test(name))
  assert.equal(odd, [])
  denied('T19', 'names of files of the cache', names.length)
})

test('nobody else was asked for anything', async () => {
  canary('T19', (await other.requests()).length, 'another server')
})

test('a program of a server’s that imports each has no file of this machine, and goes on', async () => {
  const ways = naughtyStrings
    .filter((_, index) => index % 3 === 0)
    .filter(({ length }) => length < 9000)
  const files = [`file://${folder}/canary.mjs`, `${folder}/canary.mjs`]
  // By escapes: the characters themselves are refused in source.
  const list = JSON.stringify([...ways, ...files]).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  const hostile = `
    const results = { imported: 0, refused: 0, odd: [], read: [] }
    for (const text of ${list}) {
      for (const specifier of [text, './' + text, '#' + text, 'file://' + text, 'pkg/' + text]) {
        try {
          const namespace = await import(specifier)
          results.imported += 1
          if (JSON.stringify(namespace).includes('CANARY')) results.read.push(specifier)
        } catch (error) {
          results.refused += 1
          if (!/^(ERR_|MODULE_NOT_FOUND)/.test(error?.code ?? '') && !(error instanceof SyntaxError)) results.odd.push(specifier + ': ' + error)
        }
      }
    }
    console.log(JSON.stringify(results))`
  await server.set('/hostile.mjs', hostile)
  await server.set('*', { status: 404, headers: { 'content-type': 'text/plain' }, body: 'no' })
  writeFileSync(join(project, 'app.mjs'), `import '${server.url}/hostile.mjs'`)
  const before = tree()
  const { status, stdout, stderr } = await run(['app.mjs'], { cwd: project, timeout: 60_000 })
  assert.is(status, 0, stderr.slice(0, 3000))
  const { imported, refused, odd, read } = JSON.parse(stdout)
  assert.equal(odd, [])
  leak('T19', read.length, 'what a server’s module could import')
  assert.ok(refused > 1000, String(refused))
  assert.equal(tree(), before)
  denied('T19', 'imports of a server’s module', refused)
  passed('T19', 'imports of a server’s module', imported)
})

test.run()
