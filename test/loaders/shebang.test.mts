import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as loader from '../../loaders/shebang/shebang.mts'
import { convert, execute } from './typescript-program.mts'

const test = suite('shebang')

const ask = (body: string | Uint8Array) => loader.identify('file:///bin/script', body)

const esm = 'text/javascript'
const cjs = 'application/node'
const ts = 'application/typescript'

/** First line → media type of a script that is an ES module or CommonJS by nothing else. */
const lines: readonly [line: string, mediaType: string | false][] = [
  ['#!/usr/bin/env node', esm],
  ['#!/usr/bin/node', esm],
  ['#! /usr/local/bin/node', esm],
  ['#!\t/usr/bin/env\tnode\t', esm],
  ['#!node', esm],
  ['#!/usr/bin/nodejs', esm],
  ['#!/usr/bin/env nodejs', esm],
  ['#!/usr/bin/env node20', esm],
  ['#!/opt/node-v24.18.0', esm],
  ['#!C:\\Program\\node.exe', esm],
  ['#!/usr/bin/env NODE.EXE', esm],
  ['#!/usr/bin/env node --no-warnings', esm],
  ['#!/usr/bin/env -S node --no-warnings --stack-size=2000', esm],
  ['#!/usr/bin/env -Snode --no-warnings', esm],
  ['#!/usr/bin/env --split-string=node --no-warnings', esm],
  ['#!/usr/bin/env -vS node', esm],
  ['#!/usr/bin/env -i -u HOME -C /tmp node', esm],
  ['#!/usr/bin/env -S A=1 B="two words" node', esm],
  ['#!/usr/bin/env A=1 node', esm],
  ['#!/usr/bin/env -- node', esm],
  ['#!/usr/bin/env -S node --input-type=module', esm],
  ['#!/usr/bin/env -S node --input-type commonjs', cjs],
  ['#!/usr/bin/env -S node --experimental-default-type=commonjs', cjs],
  ['#!/usr/bin/env -S node --input-type=module-typescript', `${ts};goal=module`],
  ['#!/usr/bin/env -S node --input-type=commonjs-typescript', `${ts};goal=commonjs`],
  ['#!/usr/bin/env -S node --experimental-strip-types', ts],
  ['#!/usr/bin/env -S node --experimental-transform-types --no-warnings', ts],
  [
    '#!/usr/bin/env -S node --experimental-strip-types --input-type=commonjs',
    `${ts};goal=commonjs`,
  ],
  ['#!/usr/bin/env -S node --no-experimental-strip-types', esm],
  ['#!/usr/bin/env -S node --import tsx', ts],
  ['#!/usr/bin/env -S node --import=tsx/esm', ts],
  ['#!/usr/bin/env -S node --loader ts-node/esm', ts],
  ['#!/usr/bin/env -S node -r ts-node/register', ts],
  ['#!/usr/bin/env -S node --require=@swc-node/register', ts],
  ['#!/usr/bin/env -S node --import ./tsx', esm],
  ['#!/usr/bin/env -S node --import tsx-like', esm],
  ['#!/usr/bin/env bun', ts],
  ['#!/usr/bin/env -S bun run', ts],
  ['#!/home/me/.bun/bin/bun', ts],
  ['#!/usr/bin/env -S deno run -A', ts],
  ['#!/usr/bin/env -S deno run --ext=js', esm],
  ['#!/usr/bin/env -S deno run --ext tsx', 'text/tsx'],
  ['#!/usr/bin/env -S deno run --ext=nonsense', ts],
  ['#!/usr/bin/env tsx', ts],
  ['#!/usr/bin/env -S tsx --tsconfig x.json', ts],
  ['#!/usr/bin/env ts-node', ts],
  ['#!/usr/bin/env ts-node-esm', ts],
  ['#!/usr/bin/env esno', ts],
  ['#!/usr/bin/env jiti', ts],
  ['#!/usr/bin/env npx tsx', ts],
  ['#!/usr/bin/env -S npx --yes tsx@4.19 --no-cache', ts],
  ['#!/usr/bin/env -S npm exec -- tsx', ts],
  ['#!/usr/bin/env -S pnpm exec tsx', ts],
  ['#!/usr/bin/env -S pnpm dlx tsx', ts],
  ['#!/usr/bin/env -S pnpm tsx', ts],
  ['#!/usr/bin/env -S yarn tsx', ts],
  ['#!/usr/bin/env bunx tsx', ts],
  ['#!/usr/bin/env -S npx node', esm],
  ['#!/usr/bin/env -S npx', false],
  ['#!/bin/sh', false],
  ['#!/bin/sh node', false],
  ['#!/usr/bin/env python3', false],
  ['#!/usr/bin/env -S nodemon', false],
  ['#!/usr/bin/env node-gyp', false],
  ['#!/usr/bin/env', false],
  ['#!/usr/bin/env -S', false],
  ['#!', false],
  ['#!   ', false],
  ['# node', false],
  [' #!/usr/bin/env node', false],
  ['\ufeff#!/usr/bin/env node', false],
  ['', false],
]

for (const [line, mediaType] of lines) {
  test(`${JSON.stringify(line)} is ${mediaType}`, async () => {
    assert.is(await ask(`${line}\nlet a = 1\n`), mediaType)
    assert.is(await ask(`${line}\r\nlet a = 1\r\n`), mediaType)
    assert.is(await ask(line), mediaType)
  })
}

test("node's script is CommonJS or a module by its text", async () => {
  assert.is(await ask('#!/usr/bin/env node\nconst a = require("a")'), cjs)
  assert.is(await ask('#!/usr/bin/env node\nimport a from "a"\nexport { a }'), esm)
})

test('the words of the next line are not read', async () => {
  assert.is(await ask('#!/bin/sh\nnode'), false)
  assert.is(await ask('#!/usr/bin/env\u2028node'), false)
})

test('bytes are left alone', async () => {
  assert.is(await ask(new TextEncoder().encode('#!/usr/bin/env node\n')), false)
})

test('4,096 characters of a first line are read, 4,097 are not', async () => {
  const line = (length: number) => '#!/usr/bin/env node '.padEnd(length, '-')
  assert.is(await ask(line(4096)), esm)
  assert.is(await ask(line(4097)), false)
  assert.is(await ask(`${line(4000)}\n${'x'.repeat(9000)}`), esm)
})

test('a hostile first line costs nothing', async () => {
  const lines = [
    '"'.repeat(4000),
    `env -S ${'\'"'.repeat(2000)}`,
    `env ${'-S'.repeat(1900)}`,
    'A=1 '.repeat(1000),
  ]
  for (const line of lines) assert.is(await ask(`#!${line}\n`), false)
})

test('a TypeScript script runs as its line says', async () => {
  const source = '#!/usr/bin/env -S npx tsx\nenum A { B = 2 }\nexport default A.B as number'
  const type = (await ask(source)) as string
  assert.is((await execute(await convert(source, { url: 'file:///bin/script', type }))).default, 2)
})

test.run()
