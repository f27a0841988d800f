import { inspect } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkConfig } from '../../core/application/config/check.mts'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run, runProject } from '../support/spawn.mts'
import { denied, passed } from '../threats/record.mts'
import { evil, evilLine, fakeLines, forbiddenIn } from './forbidden.mts'
import type { RouteAnswer } from '../support/server.mts'

const test = suite('what is printed')

/** A response by hand: node:http would refuse to send such fields. */
function raw(status: string, fields: readonly string[], body = ''): RouteAnswer {
  const bytes = Buffer.from(body)
  const head = [`HTTP/1.1 ${status}`, ...fields, `Content-Length: ${bytes.length}`, '', '']
  return { raw: Buffer.concat([Buffer.from(head.join('\r\n'), 'utf8'), bytes]) }
}

/** What an HTTP field may have of it: neither line breaks nor C0, but any byte above ASCII. RFC 9112 §5. */
// oxlint-disable-next-line no-control-regex -- these are what a parser refuses
const field = evilLine.replace(/[\0-\x1f\x7f]/g, '')

const js = 'Content-Type: text/javascript'
const literal = JSON.stringify(evilLine)
const json = (value: unknown) => JSON.stringify(value)

/** Path → answer, each with the text in another place. */
const routes: Readonly<Record<string, RouteAnswer | string>> = {
  '/status-500': { status: 500, headers: { 'content-type': 'text/plain' }, body: evil },
  '/status-404': { status: 404, headers: { 'content-type': 'text/plain' }, body: evil },
  '/status-401': raw('401 Unauthorized', [`WWW-Authenticate: Basic realm="${field}"`], evil),
  '/status-429': raw('429 Slow', [`Retry-After: 1 ${field}`, 'X: y'], evil),
  '/status-405': raw('405 No', [`Allow: ${field}`], evil),
  '/page': {
    status: 403,
    headers: { 'content-type': 'text/html' },
    body: `<title>${evil}</title>`,
  },
  '/page-200': { headers: { 'content-type': 'text/html' }, body: `<html><title>${evil}</title>` },
  '/reason': raw(`500 ${field}`, [js], ''),
  '/type': raw('200 OK', [`Content-Type: text/x-${field}`], 'x'),
  '/type-odd': raw('200 OK', ['Content-Type: application/x-unknown; a="\u00e2"'], 'x'),
  '/charset': raw('200 OK', [`Content-Type: text/plain; charset="${field}"`], 'x'),
  '/coding': raw('200 OK', [js, `Content-Encoding: ${field}`], 'x'),
  '/location': raw('302 Found', [`Location: https://[${field}`], ''),
  '/location-path': raw('302 Found', [`Location: /status-404?${field}`], ''),
  '/location-scheme': raw('302 Found', [`Location: unknown-scheme:${field}`], ''),
  '/locations': raw('302 Found', [`Location: /a${field}`, `Location: /b${field}`], ''),
  '/fields': raw('200 OK', [js, `Server: ${field}`, `ETag: "${field}"`, `Vary: ${field}`], 'let a'),
  '/code.mjs': `let a = '${evil}'`,
  '/code.ts': `let a: = '${evilLine}'`,
  '/type-error.ts': `enum ${'\u200d'} { }\nlet a: = "\u200b\u2028\ufeff"`,
  '/text.md': evil,
  '/fence.md': `\`\`\`${field.replaceAll('`', '')}\nx\n\`\`\`\n`,
  '/fence-code.md': `\`\`\`js\n${evil}\n\`\`\`\n`,
  '/data.json': `{ ${evil} }`,
  '/data.jsonc': `{ ${field} }`,
  '/missing.mjs': `import './not-there.mjs?${'\\u001b'}'`,
  '/name.mjs': `import { ${json('\u001b\u202e')} as b } from './ok.mjs'`,
  '/names.mjs': `import { '\\u001b[31m\\nx' as b } from './ok.mjs'`,
  '/specifier.mjs': `import { a } from './ok.mjs?\\u001b[31m'`,
  '/twice.mjs': `export { a as '\\x1b' } from './ok.mjs'; export { a as '\\x1b' } from './ok.mjs'`,
  '/dynamic.mjs': `export default await import(${literal})`,
  '/dynamic-relative.mjs': `export default await import(${json(`./${evilLine}`)})`,
  '/dynamic-scheme.mjs': `export default await import(${json(`nope:${evilLine}`)})`,
  '/dynamic-file.mjs': `export default await import(${json(`file:///${evilLine}`)})`,
  '/dynamic-type.mjs': `export default await import('./ok.mjs', { with: { type: ${literal} } })`,
  '/dynamic-key.mjs': `export default await import('./ok.mjs', { with: { [${literal}]: 'x' } })`,
  '/hash.mjs': `export default await import(${json(`#${evilLine}`)})`,
  '/require.cjs': `require(${literal})`,
  '/require-relative.cjs': `require(${json(`./${evilLine}`)})`,
  '/resolve.mjs': `export default import.meta.resolve(${json(`nope:${evilLine}`)})`,
  '/map.mjs': `throw new Error('x')\n//# sourceMappingURL=data:application/json,${encodeURIComponent(
    json({
      version: 3,
      sources: [evilLine],
      sourcesContent: [evil],
      names: [evil],
      mappings: 'AAAAA',
    }),
  )}`,
  '/source-url.mjs': `throw new Error('x')\n//# sourceURL=${field.replaceAll(' ', '')}`,
  '/ok.mjs': 'export let a',
}

/** Imports each of another's making (what Node says of a local file's or a package's name is Node's own), and prints what comes of it in all ways in which programs do. */
const program = `
  import { writeSync } from 'node:fs'
  const requests = JSON.parse(process.env.REQUESTS)
  for (const [label, specifier, attributes] of requests) {
    let result
    try {
      await import(specifier, { with: attributes ?? {} })
      result = 'imported'
    } catch (error) {
      result = error.code ?? error.name
      console.error(error)
      for (let each = error; each instanceof Error; each = each.cause) {
        console.error(each.message)
        console.error(each.stack)
        console.error(String(each))
        console.error(each.trail?.join(' '))
      }
    }
    writeSync(1, label + ' ' + result + '\\n')
  }
`

function check(output: string, what: string): void {
  assert.equal(forbiddenIn(output), [], what)
  assert.equal(fakeLines(output), [], what)
  denied('T23', what)
}

const server = await startServer()
await server.set(routes)

test.after(() => server.stop())

for (const log of [undefined, 'debug', 'json']) {
  const how = log === undefined ? 'an error' : `the log '${log}'`
  test(`nothing that a server says commands the terminal, or looks like a line of ours: ${how}`, async () => {
    const requests = [
      ...Object.keys(routes).map((path) => [path, server.url + path]),
      ['json', `${server.url}/data.json`, { type: 'json' }],
      ['query', `${server.url}/nothing?${evil}#${evil}`],
      ['path', `${server.url}/${evil}`],
      ['user', `http://${field}@127.0.0.1/x`],
      ['host', `https://${field}/x`],
      ['unknown', `unknown:${evil}`],
      ['data', `data:text/x,${evil}`],
      ['data type', `data:${evil},x`],
      ['data code', `data:text/typescript,let a: = "${evilLine}"`],
      ['github', `github:${evilLine}`],
      ['github owner', `github:${evilLine}/r/x`],
      ['github ref', `github:o/r@${evilLine}/x`],
      ['github path', `github:o/${evilLine}/x`],
      ['attribute', `${server.url}/ok.mjs`, { [evilLine]: evilLine }],
    ]
    const env = {
      REQUESTS: JSON.stringify(requests),
      MIMEPORT_LOG: log,
      MIMEPORT_GITHUB_URL: 'http://127.0.0.1:9',
      MIMEPORT_ALLOW: 'https: unknown: unknown-scheme: nope:',
      MIMEPORT_OFFLINE: undefined,
    }
    const { stdout, stderr } = await runProject({ 'app.mjs': program }, { env, timeout: 60_000 })
    const results = stdout.trim().split('\n')
    assert.is(results.length, requests.length, stderr.slice(-2000))
    const imported = results.filter((line) => line.endsWith(' imported'))
    assert.equal(imported, ['/fields imported', '/ok.mjs imported', 'data type imported'])
    passed('T23', 'what is none of it', imported.length)
    assert.ok(stderr.length > 10_000)
    check(stdout + stderr, `${requests.length} places, ${how}`)
  })
}

test('nothing that is printed of an error that nobody catches does', async () => {
  for (const path of [
    '/code.mjs',
    '/code.ts',
    '/names.mjs',
    '/data.json',
    '/map.mjs',
    '/specifier.mjs',
  ]) {
    const attributes = path.endsWith('.json') ? " with { type: 'json' }" : ''
    const app = `import '${server.url}${path}'${attributes}`
    const { status, stdout, stderr } = await runProject({ 'app.mjs': app })
    assert.is(status, 1)
    check(stdout + stderr, `an uncaught error of ${path}`)
  }
})

test('nothing in the names of a project’s own files and settings does', async () => {
  // A file's name has 255 bytes at most.
  const short = `\u001b[31m\u009b\u202e\u200b\n${'mimeport: warning: all is well'}`
  const project = makeProject({
    [`${short}.md`]: 'no code',
    [`${short}.ts`]: 'let a: =',
    [`${short}.jsonc`]: '{',
    [`${short}/x.md`]: 'no code',
    'app.mjs': program,
  })
  try {
    const requests = ['.md', '.ts', '.jsonc', '/x.md'].map((end) => [
      end,
      `./${encodeURIComponent(short)}${end}`,
    ])
    const options = { cwd: project.path, env: { REQUESTS: JSON.stringify(requests) } }
    const { stdout, stderr } = await run(['app.mjs'], options)
    assert.is(stdout.trim().split('\n').length, requests.length, stderr)
    check(stdout + stderr, 'names of files')
  } finally {
    project.remove()
  }
})

test('nothing in a configuration does', () => {
  const name = evilLine
  for (const config of [
    { [name]: 1 },
    { loaders: [''], [name]: 1 },
    { headers: { [`https://${name}`]: {} } },
    { headers: { 'https://h': { [name]: 'x' } } },
    { allow: [name] },
    { deny: [`https://h/${name}`] },
    { sourceControls: [name] },
    { limits: { [name]: 1 } },
    { cache: { [name]: 1 } },
    { imports: { [name]: 1 } },
    { scopes: { [name]: { [name]: name } } },
  ]) {
    let failure: unknown
    try {
      checkConfig(`/project/${name}/mimeport.json`, config)
    } catch (error) {
      failure = error
    }
    const keys = Object.keys(config).join(' ').slice(0, 20)
    assert.is((failure as { code?: string } | undefined)?.code, 'ERR_MIMEPORT_CONFIG', keys)
    check(inspect(failure), `the configuration's ${keys}`)
  }
})

test('nothing in a repository’s names does', async () => {
  const odd = '\u202e\u200b\u009b\u0085x'
  const github = await startGitHub({
    repos: {
      'owner/repo': {
        files: { 'ok.mjs': '', [`${odd}.md`]: 'no code', 'link.mjs': { symlink: `/${odd}` } },
        branches: { [`release${odd}`]: { 'a.mjs': '' } },
        tags: { [`v1${odd}`]: 'main' },
      },
    },
  })
  try {
    const requests = [
      ['path', `github:owner/repo/${odd}.md`],
      ['missing path', `github:owner/repo/missing${odd}.mjs`],
      ['near ref', 'github:owner/repo@release/ok.mjs'],
      ['missing ref', `github:owner/repo@nothing${odd}/ok.mjs`],
      ['near tag', 'github:owner/repo@v1/ok.mjs'],
      ['repository', `github:owner/${odd}/ok.mjs`],
      ['link', 'github:owner/repo/link.mjs'],
      ['branch', `github:owner/repo@release${odd}/a.mjs`],
    ]
    for (const log of [undefined, 'debug']) {
      const env = { ...github.env, REQUESTS: JSON.stringify(requests), MIMEPORT_LOG: log }
      const { stdout, stderr } = await runProject({ 'app.mjs': program }, { env })
      assert.is(stdout.trim().split('\n').length, requests.length, stderr)
      check(stdout + stderr, 'a repository')
    }
  } finally {
    await github.stop()
  }
})

test('nothing that a loader throws does, and its colours are left out', async () => {
  const loader = `
    export const schemes = ['odd:']
    export function resolve(specifier) {
      if (specifier === 'odd:colour') throw new SyntaxError('\\u001b[31m\\u001b[1mred\\u001b[39m line\\nsecond line')
      const error = new Error(${json(evil)}, { cause: new TypeError(${json(evil)}) })
      error.name = ${json(evil)}
      error.code = ${json(evil)}
      throw error
    }
    export const resolveRelativePath = (specifier) => specifier
  `
  const files = {
    'loader.mjs': loader,
    'mimeport.json': '{ "loaders": ["./loader.mjs"] }',
    'app.mjs': program,
  }
  const requests = [
    ['colour', 'odd:colour'],
    ['error', 'odd:error'],
  ]
  const { stdout, stderr } = await runProject(files, {
    env: { REQUESTS: JSON.stringify(requests) },
  })
  assert.match(stderr, "failed for 'odd:colour': red line\n")
  assert.match(stderr, '\nsecond line\n')
  assert.is(stdout.split('\n').length, 3)
  assert.equal(forbiddenIn(stdout + stderr), [])
  denied('T23', 'an error of a loader')
})

test.run()
