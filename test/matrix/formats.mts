/** The formats of the matrix, in the order of its columns. */

import { addon } from './addon.mts'
import { addingModule } from './wasm.mts'
import type { Format, Identity, Part } from './format.mts'
import type { SourceName } from './source.mts'

/** Takes down that a module was evaluated: by the label of its format, and what it is besides. */
const note = (name: string) =>
  `globalThis.evaluated = [...(globalThis.evaluated ?? []), '${name}']\n`

/** What a module says of itself, for all whose text is an ES module. */
const self = 'export const { url, main } = import.meta\n'

const esm = (loaded: any, { url }: Identity) => [
  loaded.value,
  loaded.url === url ? 'its own URL' : loaded.url,
  loaded.main,
]

const cjs = (loaded: any, { filename }: Identity) => [
  loaded.value,
  loaded.default === undefined || loaded.default.value === loaded.value,
  loaded.filename === filename ? 'its own name' : loaded.filename,
  loaded.main,
]

/** Node's `require()` knows no `data:` URL of JSON, and says so (reason 5); of JSON with comments it has no notion. */
const json: Part = {
  mediaType: 'application/json',
  dataType: 'application/jsonc',
  content: '{ "part": 41 }',
}

const commonjsPart = (name: string): Part => ({
  mediaType: 'application/node',
  content: (beside) =>
    `${note(`${name} part`)}exports.part = require(${JSON.stringify(beside('part.json'))}).part\n`,
})

const commonjs = (name: string, beside: (name: string) => string) => `${note(name)}
const { part } = require(${JSON.stringify(beside('part.cjs'))})
exports.value = require('node:path').posix.join('a', String(part + 1))
exports.filename = __filename
exports.main = require.main === module
`

const base: Part = { mediaType: 'text/javascript', content: 'export const base = () => 39\n' }

const fence = (language: string, code: string) =>
  `# A document\n\n\`\`\`${language}\n${code}\`\`\`\n`

const ownURL = 'its own URL'

export const formats: readonly Format[] = [
  {
    name: 'an ES module',
    label: 'esm',
    file: 'module.mjs',
    mediaType: 'text/javascript',
    parts: {
      'part.mjs': {
        mediaType: 'text/javascript',
        content: `${note('esm part')}export const part = 41\n`,
      },
    },
    content: (beside) =>
      `import { part } from ${JSON.stringify(beside('part.mjs'))}\n${note('esm')}${self}export const value = part + 1\n`,
    probe: esm,
    expected: [42, ownURL],
    tellsMain: true,
    evaluated: ['esm', 'esm part'],
  },
  {
    name: 'CommonJS',
    label: 'cjs',
    file: 'common.cjs',
    mediaType: 'application/node',
    parts: { 'part.cjs': commonjsPart('cjs'), 'part.json': json },
    content: (beside) => commonjs('cjs', beside),
    probe: cjs,
    expected: ['a/42', true, 'its own name'],
    tellsMain: true,
    evaluated: ['cjs', 'cjs part'],
  },
  {
    name: 'JSON',
    label: 'json',
    file: 'data.json',
    mediaType: 'application/json',
    attributes: { type: 'json' },
    content: '{ "value": [42, null, "✓"] }\n',
    probe: (loaded) => (loaded.default ?? loaded).value,
    expected: [42, null, '✓'],
    evaluated: [],
  },
  {
    name: 'TypeScript that is erased',
    label: 'ts',
    file: 'erased.ts',
    mediaType: 'application/typescript',
    parts: {
      'part.ts': {
        mediaType: 'application/typescript',
        content: `${note('ts part')}export const part: number = 41\nexport interface Part {}\n`,
      },
    },
    content: (beside) => {
      const part = JSON.stringify(beside('part.ts'))
      return `import { part } from ${part}\nimport type { Part } from ${part}\n${note('ts')}${self}export const value: Part & number = part + 1\n`
    },
    probe: esm,
    expected: [42, ownURL],
    tellsMain: true,
    evaluated: ['ts', 'ts part'],
  },
  {
    name: 'TypeScript with an enum',
    label: 'enum',
    file: 'compiled.ts',
    mediaType: 'application/typescript',
    content: `${note('enum')}${self}export enum Mode { Off, On = 42 }\nexport const value: Mode = Mode.On\n`,
    probe: esm,
    expected: [42, ownURL],
    tellsMain: true,
    evaluated: ['enum'],
  },
  {
    name: 'TSX',
    label: 'tsx',
    file: 'view.tsx',
    mediaType: 'text/tsx',
    content: `/** @jsx h */
${note('tsx')}${self}const h = (name: string, props: object | null, ...rest: unknown[]) => ({ name, props, rest })
export const value = <b id="x">{42}</b>
`,
    probe: esm,
    expected: [{ name: 'b', props: { id: 'x' }, rest: [42] }, ownURL],
    tellsMain: true,
    evaluated: ['tsx'],
  },
  {
    name: 'Markdown that is an ES module',
    label: 'mdm',
    file: 'notes.mjs.md',
    mediaType: 'text/markdown',
    parts: { 'part.mjs': { mediaType: 'text/javascript', content: 'export const part = 41\n' } },
    content: (beside) =>
      fence(
        'js',
        `import { part } from ${JSON.stringify(beside('part.mjs'))}\n${note('mdm')}${self}export const value = part + 1\n`,
      ),
    probe: esm,
    expected: [42, ownURL],
    tellsMain: true,
    evaluated: ['mdm'],
  },
  {
    name: 'Markdown that is CommonJS',
    label: 'mdc',
    file: 'notes.cjs.md',
    mediaType: 'text/markdown',
    parts: { 'part.cjs': commonjsPart('mdc'), 'part.json': json },
    content: (beside) => fence('cjs', commonjs('mdc', beside)),
    probe: cjs,
    expected: ['a/42', true, 'its own name'],
    tellsMain: true,
    evaluated: ['mdc', 'mdc part'],
  },
  {
    name: 'Markdown that is TypeScript',
    label: 'mdt',
    file: 'notes.ts.md',
    mediaType: 'text/markdown',
    content: fence(
      'ts',
      `${note('mdt')}${self}export enum Mode { On = 42 }\nexport const value: Mode = Mode.On\n`,
    ),
    probe: esm,
    expected: [42, ownURL],
    tellsMain: true,
    evaluated: ['mdt'],
  },
  {
    name: 'a script that starts with #!',
    label: 'sh',
    file: 'script',
    mediaType: '',
    content: `#!/usr/bin/env tsx\n${note('sh')}${self}export const value = 42 as number\n`,
    probe: esm,
    expected: [42, ownURL],
    tellsMain: true,
    evaluated: ['sh'],
  },
  {
    name: 'WebAssembly',
    label: 'wasm',
    file: 'adder.wasm',
    mediaType: 'application/wasm',
    parts: { 'base.mjs': base },
    content: (beside) => addingModule(beside('base.mjs')),
    probe: (loaded) => loaded.add(1, 2),
    expected: 42,
    evaluated: [],
    // Node's own translator says so, whoever gave it the bytes.
    warns: () => ['-e', "import('./modules/wasm/adder.wasm')"],
  },
  {
    name: "a loader's builtin",
    label: 'blt',
    file: 'path.builtin',
    mediaType: 'text/x-builtin',
    content: 'node:path',
    probe: (loaded) => {
      const path = process.getBuiltinModule('node:path')
      return [loaded.join === path.join, loaded.default === undefined || loaded.default === path]
    },
    expected: [true, true],
    evaluated: [],
  },
  ...(addon === undefined
    ? []
    : [
        {
          name: 'an addon',
          label: 'node',
          file: 'addon.node',
          mediaType: 'application/octet-stream',
          dataType: 'application/x-node-addon',
          content: addon,
          probe: (loaded: any) => {
            const { mask } = loaded.default ?? loaded
            const masked = Buffer.alloc(4)
            mask(Buffer.from([1, 2, 3, 4]), Buffer.from([255, 255, 255, 255]), masked, 0, 4)
            return [...masked]
          },
          expected: [254, 253, 252, 251],
          evaluated: [],
          // Node 26 imports local addons by itself, and warns; Node 24 does not know how.
          warns: (source: SourceName) =>
            source === 'file'
              ? ['-e', "import('./modules/node/addon.node').catch(() => {})"]
              : undefined,
        },
      ]),
  {
    name: 'text',
    label: 'text',
    file: 'note.txt',
    mediaType: 'text/plain;charset=utf-8',
    attributes: { type: 'text' },
    content: 'a `${note}` of ünïcode\n',
    probe: (loaded) => loaded.default,
    expected: 'a `${note}` of ünïcode\n',
    evaluated: [],
  },
  {
    name: 'bytes',
    label: 'byte',
    file: 'bytes.wasm',
    mediaType: 'application/wasm',
    attributes: { type: 'bytes' },
    content: addingModule('./base.mjs'),
    probe: (loaded) => [
      Object.prototype.toString.call(loaded.default),
      Buffer.from(loaded.default).toString('hex'),
    ],
    expected: ['[object Uint8Array]', Buffer.from(addingModule('./base.mjs')).toString('hex')],
    evaluated: [],
  },
  {
    name: 'a dynamic module',
    label: 'dyn',
    file: 'settings.pairs',
    mediaType: 'text/x-pairs',
    content: 'value=42\nname=pairs\n',
    probe: (loaded) => [Object.keys(loaded).sort(), loaded.value, loaded.name],
    expected: [['name', 'value'], '42', 'pairs'],
    evaluated: ['dyn'],
  },
  {
    name: "a project loader's TSV",
    label: 'tsv',
    file: 'prices.tsv',
    mediaType: 'text/tab-separated-values',
    content: 'tea\t3\nmilk\t1\n',
    probe: (loaded) => loaded.default,
    expected: [
      ['tea', '3'],
      ['milk', '1'],
    ],
    evaluated: [],
  },
]
