/** A program that imports everything, for `mimeport types`: what is there, and a right and a wrong use of each import. */

import { startGitHub } from './github.mts'

/** A repository with what a program imports by `github:`. */
export const startHandbook = () =>
  startGitHub({
    repos: {
      'acme/handbook': {
        files: {
          'report.md':
            "# Report\n\n```ts\nimport { Money } from './lib/money.ts'\n/** Reports on an amount. */\nexport function report(money: Money): string { return String(money.amount) }\n```\n",
          'lib/money.ts':
            "import type { Currency } from './types.ts'\nexport class Money { constructor(readonly amount: number, readonly currency: Currency) {} }\nexport const make = (amount: number) => new Money(amount, 'EUR')\n",
          'lib/types.ts': "export type Currency = 'EUR' | 'USD'\n",
          'prices.tsv': 'bread\t3\n',
        },
      },
    },
  })

/** A loader that declares nothing, and one that does. */
const loaders = {
  'loaders/tsv.mjs': `
    export const extensionMimeMap = { tsv: 'text/tab-separated-values' }
    export const accepts = ['text/tab-separated-values']
    export const transform = (headers, body) => ({
      source: 'export default ' + JSON.stringify(body.trim().split('\\n').map((line) => line.split('\\t'))),
      format: 'module',
    })`,
  'loaders/toml.mjs': `
    export const extensionMimeMap = { toml: 'application/toml' }
    export const accepts = ['application/toml']
    export const transform = (headers, body) => ({ source: 'export const port = 1', format: 'module' })
    export async function types(headers, body, context) {
      if (headers['content-type'] !== 'application/toml' || !context.url.endsWith('.toml')) throw new Error('not mine')
      return "import type { Unit } from './unit.ts'\\n" +
        body.split('\\n').filter(Boolean).map((line) => '/** From ' + line.replace(/=.*/, '') + '. */ export declare const ' + line.replace(/ =.*/, ': Unit')).join('\\n')
    }`,
  'package.json': '{ "type": "module", "imports": { "#notes": "./docs/other.mjs.md" } }',
}

export const routes = {
  '/declared@1': {
    headers: { 'content-type': 'text/javascript', 'x-typescript-types': '/types/declared.d.ts' },
    body: 'export const parse = () => 1; export default 1',
  },
  // As declarations are written: names of JavaScript, of none, a path, and a comment that names one.
  '/types/declared.d.ts': `/// <reference path="globals.d.ts" />
    import type { Location } from './location.js'
    import { Deep } from './deep'
    export interface Node { type: string; location: Location; deep: Deep }
    /** Parses a text. */
    export function parse(text: string): Node
    declare const version: string
    export default version`,
  '/types/location.d.ts': 'export interface Location { line: number }',
  '/types/deep/index.d.ts': 'export type Deep = Global',
  '/types/globals.d.ts': "interface Global { of: 'reference' }",
  '/doc.mjs': `
    /**
     * Rounds a number.
     * @param {number} value
     * @param {import('./options.mjs').Options} [options]
     */
    export function round(value, options) { return Math.round(value) }
    export const table = { a: 1, list: ['x'] }`,
  '/options.mjs': '/** @typedef {{ digits: number }} Options */\nexport {}',
  '/old.cjs':
    '/** @param {number} n */\nfunction twice(n) { return 2 * n }\nmodule.exports = twice',
  '/names.cjs': 'exports.one = 1\nexports.two = (x) => x',
  '/self.mjs': '/* @ts-self-types="./self.d.mts" */\nexport const f = (x) => x',
  '/self.d.mts': "export function f(x: 'only'): 42",
  '/rates.json': '{"EUR":{"rate":1},"USD":{"rate":1.1,"note":null}}',
  '/plain.txt': 'text',
  '/bytes.dat': 'bytes',
  '/view.tsx': {
    headers: { 'content-type': 'text/tsx' },
    body: "export const view = (title: string) => { const text = <b>it's {title}</b>; return String(text) }",
  },
  '/money.wasm': {
    headers: { 'content-type': 'application/wasm' },
    // (module (func (export "add") (result i32) i32.const 1))
    body: Buffer.from(
      '0061736d010000000105016000017f03020100070701036164640000 0a0601040041010b'.replace(/ /g, ''),
      'hex',
    ),
  },
}

const documents = {
  'docs/report.ts.md': `# Report\n
\`\`\`ts
import { Money } from 'github:acme/handbook/lib/money.ts'
import { shout } from './other.mjs.md'
import { helper } from '../src/helper.ts'
import type { Unit } from '../src/unit.ts'
/** Reports on money. */
export function own(money: Money, unit?: Unit) { return shout(String(money.amount)) + helper() }
export const inferred = new Money(1, 'EUR').currency
\`\`\`\n`,
  'docs/other.mjs.md':
    '```js\n/** @param {string} text */\nexport const shout = (text) => text.toUpperCase()\n```\n',
  'src/helper.ts': "export const helper = () => 'x'",
  'src/unit.ts': "export type Unit = 'px'",
  'src/prices.tsv': 'a\tb\n',
  'src/conf.toml': 'port = 1\n',
  'src/conf.jsonc': '{ /* c */ "list": [{ "name": "x" }, { "name": "y", "isOld": true }] }',
  'src/note.txt': 'note',
  'src/data.json': '{ "a": 1 }',
}

/** Each import, a right use of it, and one that is wrong. */
const uses: readonly (readonly [import_: string, right: string, wrong: string])[] = [
  [
    "import version, { parse, type Node } from 'HOST/declared@1'",
    "const node: Node = parse('x'); const line: number = node.location.line; const of: 'reference' = node.deep.of; const v: string = version",
    'parse(1)',
  ],
  [
    "import { round, table } from 'HOST/doc.mjs'",
    'const rounded: number = round(1.5, { digits: 1 }) + table.a',
    "round('x')",
  ],
  [
    "import type { Options } from 'HOST/options.mjs'",
    'const o: Options = { digits: 1 }',
    'const p: Options = {}',
  ],
  ["import twice from 'HOST/old.cjs'", 'const four: number = twice(2)', "twice('x')"],
  ["import { one } from 'HOST/names.cjs'", 'const o1: number = one', 'one.nope'],
  ["import { f } from 'HOST/self.mjs'", "const f42: 42 = f('only')", "f('other')"],
  ["import { view } from 'HOST/view.tsx'", "const html: string = view('x')", 'view(1)'],
  ["import { add } from 'HOST/money.wasm'", 'add()', 'undeclaredAdd()'],
  [
    "import rates from 'HOST/rates.json' with { type: 'json' }",
    'const rate: number = rates.USD.rate',
    'rates.GBP',
  ],
  ["import text from 'HOST/plain.txt' with { type: 'text' }", 'text.length', 'text.nope'],
  ["import bytes from 'HOST/bytes.dat' with { type: 'bytes' }", 'bytes.byteLength', 'bytes.nope'],
  [
    "import { report } from 'github:acme/handbook/report.md'\nimport { make, type Money } from 'github:acme/handbook/lib/money.ts'",
    "const money: Money = make(1); const eur: 'EUR' | 'USD' = money.currency; const r: string = report(money)",
    'report(1)',
  ],
  [
    "import prices from 'github:acme/handbook/prices.tsv'",
    'const cell: string = prices[0]![0]!',
    'const n: number = prices[0]![0]!',
  ],
  [
    "import { own, inferred } from '../docs/report.ts.md'",
    "const s: string = own(make(1), 'px'); const c: 'EUR' | 'USD' = inferred",
    "const gbp: 'GBP' = inferred",
  ],
  ["import { shout } from '../docs/other.mjs.md'", "const l: string = shout('x')", 'shout(1)'],
  ["import { shout as byName } from '#notes'", "const m: string = byName('x')", 'byName(1)'],
  ["import { round as mapped } from 'our-library'", 'const q: number = mapped(1)', "mapped('x')"],
  ["import rows from './prices.tsv'", 'const strings: string[][] = rows', 'const x: number = rows'],
  ["import { port } from './conf.toml'", "const px: 'px' = port", 'const y: number = port'],
  [
    "import conf from './conf.jsonc'",
    'const name: string = conf.list[0]!.name; const isOld: boolean | undefined = conf.list[0]!.isOld',
    'conf.nope',
  ],
  ["import note from './note.txt'", 'note.length', 'note.nope'],
  ["import data from './data.json' with { type: 'json' }", 'const a: number = data.a', 'data.nope'],
  [
    "import { helper } from './helper.js'",
    "const h: string = helper(); const lazy: number = (await import('HOST/doc.mjs')).table.a",
    "(await import('HOST/doc.mjs')).nope",
  ],
]

/** The files of the project, with a name of its own for a module of the server's at `host`. */
export const projectFiles = (host: string): Readonly<Record<string, string>> => ({
  ...loaders,
  ...documents,
  'mimeport.json': JSON.stringify({
    loaders: ['./loaders/*'],
    imports: { 'our-library': `${host}/doc.mjs` },
  }),
})

/** A program that is right. It ends as no program should that is only looked at. */
export const rightProgram = (host: string): string =>
  `${uses.map(([import_, use]) => `${import_}\n${use}\n`).join('')};(globalThis as any).process.exit(9)\n`.replaceAll(
    'HOST',
    host,
  )

export interface WrongProgram {
  readonly text: string
  /** Each has one error. */
  readonly lines: readonly number[]
}

export function wrongProgram(host: string): WrongProgram {
  const text = uses
    .map(([import_, , use]) => `${import_}\n${use}\n`)
    .join('')
    .replaceAll('HOST', host)
  const lines = text.split('\n')
  return { text, lines: uses.map(([, , use]) => lines.indexOf(use.replaceAll('HOST', host)) + 1) }
}
