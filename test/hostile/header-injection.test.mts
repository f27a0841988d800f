import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { registryOf, requestFor } from '../support/inline-loader.mts'
import { makeProject, runProject } from '../support/spawn.mts'
import { denied, passed } from '../threats/record.mts'
import { startEngine } from './engine.mts'
import { startRecorder } from './recorder.mts'
import type { RunOptions } from '../support/spawn.mts'

const test = suite('header injection')

const recorder = await startRecorder()
const project = makeProject({
  'odd.mjs': `
    import { fetchResource } from ${JSON.stringify(new URL('../../core/resource/resource.mts', import.meta.url).href)}
    export const schemes = ['odd:']
    export const accepts = ['text/x-fine']
    export const transform = (headers, source) => ({ source, format: 'module' })
    export const resolveRelativePath = (specifier) => specifier
    export async function resolve(specifier, context) {
      const value = decodeURIComponent(specifier.slice('odd:'.length))
      return await fetchResource(process.env.RECORDER + '/odd', { headers: { accept: value, 'x-odd': value }, ...context })
    }`,
})
process.env['RECORDER'] = recorder.url
for (const name of ['GITHUB_URL', 'GITHUB_RAW_URL'])
  process.env[`MIMEPORT_${name}`] = `${recorder.url}/git`
delete process.env['GITHUB_TOKEN']
delete process.env['GH_TOKEN']
delete process.env['MIMEPORT_CACHE']
const engine = await startEngine(project.path, { cache: { folder: `${project.path}/cache` } })

test.after(async () => {
  await recorder.stop()
  project.remove()
})

/** The fields that we send. */
const known = new Set(
  'host connection user-agent accept accept-encoding if-none-match if-modified-since authorization cache-control content-type content-length git-protocol x-odd x-own'.split(
    ' ',
  ),
)

/** Checks every head that was sent: one request line, and fields of ours alone, of characters that fields may have. */
async function check(): Promise<string[]> {
  const heads = await recorder.heads()
  for (const head of heads) {
    const [line = '', ...fields] = head.split('\r\n')
    assert.match(line, /^(?:GET|POST) \/[!-~]* HTTP\/1\.1$/)
    for (const field of fields) {
      assert.match(field, /^[\w-]+: [\t\x20-\x7e\x80-\xff]*$/, head)
      assert.ok(known.has(field.slice(0, field.indexOf(':')).toLowerCase()), head)
    }
  }
  return heads
}

const breaks = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  '\r\n\r\n',
  '%0d%0a',
  '%0D%0A',
  '%00',
  '\u010d\u010a',
  '\u2028',
  '\u0085',
  '%E5%98%8D%E5%98%8A',
]
const injection = 'X-Injected: 1'

/** Imports it, whatever comes of it. */
const load = (specifier: string, type?: string) =>
  engine.load(requestFor(specifier, { importAttributes: type === undefined ? {} : { type } })).then(
    () => true,
    () => false,
  )

test('no line is injected by a URL, a ref, a path or an attribute', async () => {
  let passes = 0
  for (const each of breaks) {
    const text = `x${each}${injection}`
    for (const specifier of [
      `${recorder.url}/${text}`,
      `${recorder.url}/x.mjs?${text}`,
      `${recorder.url}/x.mjs#${text}`,
      `${recorder.url}/x.mjs HTTP/1.1${each}${injection}`,
      `github:${text}/repo/x.mjs`,
      `github:owner/${text}/x.mjs`,
      `github:owner/repo@${text}/x.mjs`,
      `github:owner/repo@0123456789abcdef0123456789abcdef01234567/${text}`,
    ]) {
      if (await load(specifier)) passes += 1
      denied('T20', specifier)
    }
    await load(`${recorder.url}/typed.mjs`, text)
    denied('T20', 'an attribute')
  }
  assert.ok((await check()).length > 20)
  assert.ok(passes > 20)
  passed('T20', 'requests that were sent as they may be', passes)
})

test('no line is injected by what a server says: Location, ETag, Last-Modified', async () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nCache-Control: no-cache\r\n'
  for (const [index, each] of [
    '\r',
    '\n',
    '\0',
    '\u0085',
    '\u00e4\u0000',
    '\t',
    ' ',
    '%0d%0a',
  ].entries()) {
    const value = `"a${each}${injection}"`
    await recorder.answer(`/etag-${index}`, `${head}ETag: ${value}\r\nContent-Length: 1\r\n\r\n1`)
    await recorder.answer(
      `/date-${index}`,
      `${head}Last-Modified: ${value}\r\nContent-Length: 1\r\n\r\n1`,
    )
    const target = `/to-${index}${each}${injection}`
    await recorder.answer(
      `/location-${index}`,
      `HTTP/1.1 302 Found\r\nLocation: ${target}\r\nContent-Length: 0\r\n\r\n`,
    )
    for (const kind of ['etag', 'date', 'location']) {
      const url = `${recorder.url}/${kind}-${index}`
      await load(url)
      // The second time it is stored, and its validators are sent back. RFC 9110 §13.1.
      await engine.load({ ...requestFor(url), again: true }).catch(() => {})
      denied('T20', `${kind} ${JSON.stringify(each)}`)
    }
  }
  const heads = await check()
  assert.ok(
    heads.some((each) => /^if-none-match: "a\u0085X-Injected: 1"$/im.test(each)),
    'validated',
  )
  passed('T20', 'a validator')
})

/** Runs a program that imports `/program.mjs`, and returns the fields that it sent. */
async function fieldsOf(options: RunOptions & { readonly config?: object } = {}): Promise<string> {
  const { config = {}, ...more } = options
  const before = (await recorder.heads()).length
  await runProject(
    {
      'app.mjs': `await import('${recorder.url}/program.mjs').catch(() => {})
        await import('github:owner/repo/x.mjs').catch(() => {})
        await import('odd:' + encodeURIComponent(process.env.ODD ?? 'text/x-fine')).catch(() => {})`,
      'odd.mjs': ODD,
      'mimeport.json': JSON.stringify({ loaders: ['./odd.mjs'], ...config }),
    },
    {
      ...more,
      env: {
        RECORDER: recorder.url,
        MIMEPORT_GITHUB_URL: `${recorder.url}/git`,
        MIMEPORT_GITHUB_RAW_URL: `${recorder.url}/git`,
        ...more.env,
      },
    },
  )
  return (await check()).slice(before).join('\n')
}

const { readFileSync } = process.getBuiltinModule('node:fs')
const ODD = readFileSync(`${project.path}/odd.mjs`, 'utf8')

test('no line is injected by tokens, configured fields, a loader’s fields or its media types', async () => {
  const host = new URL(recorder.url).host
  const value = `secret\r\n${injection}`
  const values: (RunOptions & { readonly config?: object })[] = [
    { env: { MIMEPORT_AUTH_TOKENS: `${value}@${host}` } },
    { env: { MIMEPORT_AUTH_TOKENS: `user:${value}@${host}` } },
    { env: { GITHUB_TOKEN: value } },
    { env: { OWN: value }, config: { headers: { [recorder.url]: { 'x-own': '$OWN' } } } },
    { config: { headers: { [recorder.url]: { 'x-own': value } } } },
    { config: { headers: { [recorder.url]: { [`x-own: 1\r\n${injection}`]: 'x' } } } },
    { env: { ODD: value } },
  ]
  for (const each of values) {
    assert.not.match(await fieldsOf(each), 'secret')
    denied('T20', JSON.stringify(each))
  }
  const loaderOf = (range: string) => ({
    accepts: [range],
    transform: () => ({ source: '', format: 'module' }),
  })
  for (const range of [`text/x\r\n${injection}`, 'text/x\0', 'text/\n*']) {
    assert.throws(
      () => registryOf(loaderOf(range)),
      (error: Error & { code?: string }) => error.code === 'ERR_MIMEPORT_INVALID_LOADER',
    )
    denied('T20', 'a media type of a loader')
  }
  // What is around a media type, or a parameter that is none, is nothing of it. MIME Sniffing §4.4.
  for (const range of [`text/x;a="b\r\n${injection}"`, '\r\ntext/x\r\n']) {
    const accept = registryOf(loaderOf(range)).acceptFor(undefined)
    assert.match(accept, /^[ -~]+, text\/x;q=0\.8, [ -~]+$/)
    denied('T20', 'a media type of a loader')
  }
  const sent = await fieldsOf({
    env: { MIMEPORT_AUTH_TOKENS: `secret@${host}`, ODD: 'text/x-fine;q=0.5', OWN: 'mine\n' },
    config: { headers: { [recorder.url]: { 'x-own': '$OWN' } } },
  })
  assert.match(sent, /^authorization: Bearer secret$/im)
  assert.match(sent, /^x-own: mine$/im)
  assert.match(sent, /^x-odd: text\/x-fine;q=0\.5$/im)
  passed('T20', 'the same without line breaks', 3)
})

test.run()
