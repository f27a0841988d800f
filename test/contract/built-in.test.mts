import { readdirSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loaderContract } from '../../contract/contract.mts'
import { isRemote } from '../../core/policy/policy.mts'
import { startGitHub } from '../support/github.mts'
import { configureProtection } from '../../core/resource/protection.mts'
import { tarOf, zipOf } from '../support/archives.mts'
import { startServer } from '../support/server.mts'
import { encrypted, newSigner, signed } from '../support/signer.mts'
import { makeProject } from '../support/spawn.mts'
import type { ContractSamples } from '../../contract/contract.mts'
import type { GitHub } from '../support/github.mts'
import type { TransformResult } from '../../core/types.mts'

const folder = new URL('../../loaders/', import.meta.url)

/** Checks a source by a part of it. */
const holds = (part: string) => ({
  check: ({ source }: TransformResult) => assert.ok(String(source).includes(part), String(source)),
})

const packed = { 'lib/a.mjs': 'export default 1', 'b.json': '1' }
const project = makeProject({
  'a b.mjs': 'export {}',
  'x/y.txt': 'é',
  'lib.zip': zipOf(packed),
})
const projectURL = pathToFileURL(`${project.path}/`).href

const server = await startServer()
await server.set({
  '/a.mjs': 'export default 1',
  '/dir/b.json': { headers: { 'content-type': 'application/json; charset=utf-8' }, body: '1' },
  '/moved': { status: 301, headers: { location: '/a.mjs' } },
  '/gone': { status: 410, body: 'gone' },
  '/lib.tgz': { headers: { 'content-type': 'application/gzip' }, body: tarOf(packed) },
  '/moved.zip': { status: 302, headers: { location: '/lib.tgz' } },
})

/** An origin that signs, and one that encrypts. */
const signing = await startServer()
const encrypting = await startServer()
const signer = newSigner('k')
const key = Buffer.from('0123456789abcdef')
process.env['CONTRACT_PEM'] = signer.pem
process.env['CONTRACT_KEY'] = key.toString('base64url')
configureProtection({
  signatures: { [signing.url]: { keys: { k: { key: '$CONTRACT_PEM' } } } },
  encryption: { [encrypting.url]: { '': '$CONTRACT_KEY' } },
})
const headers = { 'content-type': 'text/javascript' }
await signing.set({
  '/a.mjs': signed({ url: `${signing.url}/a.mjs`, headers, body: 'export default 1', signer }),
  '/moved': signed({
    url: `${signing.url}/moved`,
    status: 301,
    headers: { location: '/a.mjs' },
    signer,
  }),
  '/gone': { status: 410, body: 'gone' },
  '/b.mjs': 'export default 1',
})
const ciphertext = encrypted('export default 1', { key })
await encrypting.set({
  '/a.mjs': { headers: { ...headers, 'content-encoding': 'aes128gcm' }, body: ciphertext },
  '/moved': { status: 301, headers: { location: '/a.mjs' } },
  '/gone': { status: 410, body: 'gone' },
  '/b.mjs': 'export default 1',
})

/** Samples of relative specifiers of a server. */
const atOrigin = (url: string): NonNullable<ContractSamples['relative']> => [
  {
    specifier: '../a.mjs',
    parentPath: `${url}/dir/b.json`,
    expected: `${url}/a.mjs`,
    within: `${url}/`,
  },
  {
    specifier: '//contract.invalid/x',
    parentPath: `${url}/a.mjs`,
    refused: 'ERR_MIMEPORT_OUTSIDE_ORIGIN',
  },
]

const github = await startGitHub({
  repos: { 'owner/repo': { files: { 'a.mjs': 'export default 1', 'dir/b.md': '# b' } } },
})
const gitlab = await startGitHub({
  host: 'gitlab',
  repos: { 'group/sub/project': { files: { 'a.mjs': 'export default 1', 'dir/b.md': '# b' } } },
})
const codeberg = await startGitHub({
  host: 'codeberg',
  repos: { 'owner/repo': { files: { 'a.mjs': 'export default 1', 'dir/b.md': '# b' } } },
})
Object.assign(process.env, github.env, gitlab.env, codeberg.env)
for (const name of ['GITHUB_TOKEN', 'GH_TOKEN', 'GITLAB_TOKEN', 'CODEBERG_TOKEN']) {
  delete process.env[name]
}

/** Samples of a repository that has `a.mjs` and `dir/b.md`; `name` and `atDefault` are its specifiers' beginnings. */
async function samplesOf(host: GitHub, name: string, atDefault: string): Promise<ContractSamples> {
  const repository = `${name}@${await host.commit('main')}/`
  return {
    resolve: [
      { specifier: `${repository}a.mjs`, body: 'export default 1' },
      { specifier: `${atDefault}a.mjs`, statusCode: 307, location: `${repository}a.mjs` },
      { specifier: `${name}@gone/a.mjs`, refused: 'ERR_MODULE_NOT_FOUND' },
    ],
    relative: [
      {
        specifier: '../a.mjs',
        parentPath: `${repository}dir/b.md`,
        expected: `${repository}a.mjs`,
        within: repository,
      },
      {
        specifier: '../../x',
        parentPath: `${repository}dir/b.md`,
        refused: 'ERR_MIMEPORT_OUTSIDE_ORIGIN',
      },
    ],
  }
}

const all: Readonly<Record<string, ContractSamples>> = {
  // It names an extension, and exports no function.
  addon: {},
  archive: {
    resolve: [
      { specifier: `${server.url}/lib.tgz!/lib/a.mjs`, body: 'export default 1' },
      {
        specifier: `${server.url}/moved.zip!/b.json`,
        statusCode: 302,
        location: `${server.url}/lib.tgz!/b.json`,
      },
      { specifier: `${server.url}/lib.tgz!/gone.mjs`, statusCode: 404 },
      {
        specifier: `archive:${projectURL.slice('file:'.length)}lib.zip!/b.json`,
        body: '1',
      },
      { specifier: 'archive:///gone.zip!/b.json', statusCode: 404 },
    ],
    relative: [
      {
        specifier: '../b.json?v=1#x',
        parentPath: 'https://contract.invalid/lib.tgz!/lib/a.mjs',
        expected: 'https://contract.invalid/lib.tgz!/b.json?v=1#x',
        within: 'https://contract.invalid/lib.tgz!/',
      },
      {
        specifier: '//contract.invalid/x',
        parentPath: 'https://contract.invalid/lib.tgz!/lib/a.mjs',
        refused: 'ERR_MIMEPORT_OUTSIDE_ORIGIN',
      },
    ],
  },
  cdn: {
    resolve: [
      {
        specifier: 'npm:@scope/a@1/b.mjs',
        statusCode: 307,
        location: 'https://esm.sh/@scope/a@1/b.mjs?target=node',
      },
      {
        specifier: 'jsr:@scope/a@^1',
        statusCode: 307,
        location: 'https://esm.sh/jsr/@scope/a@%5E1?target=node',
      },
      { specifier: 'jsr:a', refused: 'ERR_MIMEPORT_INVALID_SPECIFIER' },
    ],
    relative: [
      {
        specifier: './x',
        parentPath: 'npm:a/b.mjs',
        refused: 'ERR_MIMEPORT_INVALID_SPECIFIER',
      },
    ],
  },
  codeberg: await samplesOf(codeberg, 'codeberg:owner/repo', 'codeberg:owner/repo/'),
  csv: {
    transform: [
      { body: 'a,b\n1,2\n', format: 'module', ...holds('[{"a":"1","b":"2"}]') },
      {
        body: 'a\tb\n1\t2\n',
        headers: { 'content-type': 'text/tab-separated-values' },
        format: 'module',
        ...holds('[{"a":"1","b":"2"}]'),
      },
    ],
  },
  data: {
    resolve: [
      {
        specifier: 'data:text/x;charset=utf-8,%C3%A9',
        contentType: 'text/x;charset=utf-8',
        body: 'é',
      },
      { specifier: 'data:application/x;base64,AAE=', body: new Uint8Array([0, 1]) },
      { specifier: 'data:text/x;base64,A', refused: 'ERR_MIMEPORT_INVALID_SPECIFIER' },
    ],
    relative: [
      {
        specifier: './x',
        parentPath: 'data:text/javascript,1',
        refused: 'ERR_MIMEPORT_INVALID_SPECIFIER',
      },
    ],
  },
  encrypted: {
    resolve: [
      {
        specifier: `${encrypting.url}/a.mjs`,
        contentType: 'text/javascript',
        body: 'export default 1',
      },
      { specifier: `${encrypting.url}/moved`, statusCode: 301, location: '/a.mjs' },
      { specifier: `${encrypting.url}/gone`, statusCode: 410, body: 'gone' },
      { specifier: `${encrypting.url}/b.mjs`, refused: 'ERR_MIMEPORT_DECRYPTION' },
    ],
    relative: atOrigin(encrypting.url),
  },
  'fenced-md': {
    transform: [
      {
        body: '# Title\n\n```js\nexport default 1\n```\n',
        format: 'text/javascript',
        ...holds('export default 1'),
      },
      {
        body: '```ts\nconst a: number = 1\n```\n',
        url: 'https://contract.invalid/a.cts.md',
        format: 'application/typescript; goal=commonjs',
      },
      { body: '```js\nmodule.exports = 1\n```\n', format: 'application/node' },
    ],
  },
  file: {
    resolve: [
      { specifier: `${projectURL}a%20b.mjs`, body: 'export {}' },
      { specifier: `${projectURL}x/y.txt?v=1`, body: 'é' },
      { specifier: `${projectURL}gone.mjs`, statusCode: 404 },
      { specifier: `${projectURL}x`, refused: 'ERR_MIMEPORT_INVALID_SPECIFIER' },
    ],
    relative: [
      {
        specifier: './y.txt',
        parentPath: `${projectURL}x/a.mjs`,
        expected: `${projectURL}x/y.txt`,
      },
      {
        specifier: '//host/x',
        parentPath: `${projectURL}a.mjs`,
        refused: 'ERR_MIMEPORT_INVALID_SPECIFIER',
      },
    ],
  },
  github: await samplesOf(github, 'github:owner/repo', 'github:owner/repo/'),
  gitlab: await samplesOf(gitlab, 'gitlab:group/sub/project', 'gitlab:group/sub/project/-/'),
  http: {
    resolve: [
      {
        specifier: `${server.url}/a.mjs`,
        contentType: 'text/javascript',
        body: 'export default 1',
      },
      { specifier: `${server.url}/dir/b.json`, contentType: 'application/json; charset=utf-8' },
      { specifier: `${server.url}/moved`, statusCode: 301, location: '/a.mjs' },
      { specifier: `${server.url}/gone`, statusCode: 410, body: 'gone' },
    ],
    relative: atOrigin(server.url),
  },
  json: {
    transform: [
      { body: '{ "a": [1, 2,], // x\n}', format: 'json', ...holds('"a"') },
      { body: '/* x */ 1', headers: { 'content-type': 'text/jsonc' }, format: 'json' },
    ],
  },
  json5: {
    transform: [{ body: '{a: +1, /* b */}', format: 'module', ...holds('{"a":1}') }],
  },
  shebang: {
    identify: [
      { body: '#!/usr/bin/env node\nexport {}', expected: 'text/javascript' },
      { body: "#!/usr/bin/node\nrequire('x')", expected: 'application/node' },
      { body: '#!/usr/bin/env -S deno run\n', expected: 'application/typescript' },
      { body: '#!/bin/sh\n', expected: false },
      { body: 'node', expected: false },
      { body: new Uint8Array([0x23, 0x21, 0]), expected: false },
    ],
  },
  signed: {
    resolve: [
      {
        specifier: `${signing.url}/a.mjs`,
        contentType: 'text/javascript',
        body: 'export default 1',
      },
      { specifier: `${signing.url}/moved`, statusCode: 301, location: '/a.mjs' },
      { specifier: `${signing.url}/gone`, statusCode: 410, body: 'gone' },
      { specifier: `${signing.url}/b.mjs`, refused: 'ERR_MIMEPORT_SIGNATURE' },
    ],
    relative: atOrigin(signing.url),
  },
  text: {
    transform: [
      { body: '`${1}`"\u2028', format: 'module', ...holds('`${1}`') },
      { body: 'é', format: 'module' },
    ],
  },
  toml: {
    transform: [
      { body: 'a = 1\n[b]\nc = "d"', format: 'module', ...holds('{"a":1,"b":{"c":"d"}}') },
    ],
  },
  typescript: {
    transform: [
      {
        body: 'export const a: number = 1',
        url: 'https://contract.invalid/a.ts',
        format: 'text/javascript',
        ...holds('a         = 1'),
      },
      { body: 'export enum A { B }', url: 'https://contract.invalid/b.ts', ...holds('B') },
      {
        body: 'export default <a/>',
        headers: { 'content-type': 'text/tsx' },
        url: 'https://contract.invalid/c.tsx',
        format: 'text/javascript',
      },
    ],
  },
  yaml: {
    transform: [
      { body: 'a: 1\nb: [c]', format: 'module', ...holds('{"a":1,"b":["c"]}') },
      { body: '{}', headers: { 'content-type': 'application/vnd.x+yaml' }, format: 'module' },
    ],
  },
  wasm: {
    identify: [
      { body: new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 9]), expected: 'application/wasm' },
      { body: new Uint8Array([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0]), expected: false },
      { body: new Uint8Array([0, 0x61, 0x73]), expected: false },
      { body: '\0asm\u0001\0\0\0', expected: false },
    ],
  },
}

const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

const every = suite('built-in loaders')

every('each has samples', () => {
  assert.equal(names.sort(), Object.keys(all).sort())
})

every('what comes over a network is known as such by its scheme', async () => {
  const here = ['archive:', 'data:', 'file:']
  for (const name of names) {
    const loader = await import(new URL(`${name}/${name}.mts`, folder).href)
    for (const scheme of (loader.schemes ?? []) as string[]) {
      assert.is(isRemote(`${scheme}//x/y`), !here.includes(scheme), scheme)
    }
  }
})
every.run()

for (const [index, name] of names.entries()) {
  const test = suite(`contract: ${name}`)
  const url = new URL(`${name}/${name}.mts`, folder)
  const exports = Object.keys(await import(url.href))
  for (const { name: fact, about, run } of loaderContract(url, all[name] ?? {})) {
    // A case about what a loader does not export would only pass.
    if (about === undefined || exports.includes(about)) test(fact, run)
  }
  if (index === names.length - 1) {
    test.after(async () => {
      project.remove()
      await Promise.all(
        [server, signing, encrypting, github, gitlab, codeberg].map((host) => host.stop()),
      )
    })
  }
  test.run()
}
