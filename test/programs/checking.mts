/** Programs that read a project and say what they think of it. */

import type { Job } from './job.mts'

export const checking: readonly Job[] = [
  {
    name: 'eslint: a flat configuration, findings of three kinds',
    files: {
      'eslint.config.mjs': `
        import local from './rules/no-shouting.cjs'
        export default [
          { ignores: ['vendor/'] },
          {
            files: ['src/**/*.{js,mjs}'],
            plugins: { local },
            rules: { 'no-unused-vars': 'error', 'no-undef': 'error', 'local/no-shouting': 'warn' },
          },
          { files: ['src/**/*.cjs'], languageOptions: { sourceType: 'commonjs' }, rules: { 'prefer-const': 'error' } },
        ]`,
      'rules/no-shouting.cjs': `
        exports.rules = {
          'no-shouting': {
            create: (context) => ({
              Identifier: (node) => { if (/^[A-Z]{4,}$/.test(node.name)) context.report({ node, message: 'do not shout' }) },
            }),
          },
        }`,
      'src/a.js': 'const LOUD = 1\nexport default absent\n',
      'src/b.cjs': 'let x = 1\nmodule.exports = x\n',
      'src/c.mjs': 'export const fine = 1\n',
      'src/broken.js': 'export const = 1\n',
      'vendor/d.js': 'let x\n',
    },
    command: ['eslint/bin/eslint.js', '.'],
    status: 1,
    says: /5 problems/,
  },
  {
    name: 'eslint: a configuration in TypeScript, and --fix',
    files: {
      'eslint.config.ts': `
        type Severity = 'error' | 'warn'
        const severity: Severity = 'error'
        export default [{ rules: { 'prefer-const': severity, 'no-var': severity } }]`,
      'src/a.js': 'var a = 1\nlet b = 2\nexport { a, b }\n',
    },
    command: [
      'eslint/bin/eslint.js',
      '--flag',
      'unstable_native_nodejs_ts_config',
      '--fix',
      '-f',
      'json',
      'src',
    ],
    status: 0,
    says: /"errorCount":0/,
    makes: ['src/a.js'],
  },
  {
    name: 'eslint: a configuration that throws',
    files: {
      'eslint.config.mjs': "import './missing.mjs'\nexport default []\n",
      'src/a.js': '',
    },
    command: ['eslint/bin/eslint.js', 'src'],
    status: 2,
    says: /^$/,
  },
  {
    name: 'prettier: several kinds of files, and a plugin of the project',
    files: {
      'prettier.config.mjs': `
        import * as shout from './shout.mjs'
        export default { semi: false, plugins: [shout], overrides: [{ files: '*.yml', options: { tabWidth: 4 } }] }`,
      'shout.mjs': `
        export const languages = [{ name: 'shout', parsers: ['shout'], extensions: ['.shout'] }]
        export const parsers = { shout: { parse: (text) => ({ text }), astFormat: 'shout', locStart: () => 0, locEnd: () => 0 } }
        export const printers = { shout: { print: (path) => path.node.text.toUpperCase() } }`,
      'a.js': 'const  a = {b:1};\n',
      'b.ts': 'enum  B {C=1}\ninterface D{ e : string }\n',
      'c.css': 'a{color:red}\n',
      'd.md': '*  one\n* two\n',
      'e.yml': 'a:\n  - b:  1\n',
      'f.json': '{"a":[1,2]}\n',
      'g.shout': 'hello\n',
      'h.html': '<p>a<b>c</b>\n',
    },
    command: ['prettier/bin/prettier.cjs', '--write', '.'],
    status: 0,
    says: /g\.shout/,
    makes: ['a.js', 'b.ts', 'c.css', 'd.md', 'e.yml', 'f.json', 'g.shout', 'h.html'],
  },
  {
    name: 'prettier: a configuration in TypeScript, a file with a syntax error',
    files: {
      'prettier.config.ts':
        'const quotes: boolean = true\nexport default { singleQuote: quotes }\n',
      'good.js': 'export const a = "b";\n',
      'bad.js': 'export const = 1\n',
    },
    command: ['prettier/bin/prettier.cjs', 'good.js', 'bad.js'],
    status: 2,
    says: /'b'/,
  },
  {
    name: 'typescript: two projects, one on the other',
    files: {
      'tsconfig.json': '{ "files": [], "references": [{ "path": "./core" }, { "path": "./app" }] }',
      'core/tsconfig.json':
        '{ "compilerOptions": { "composite": true, "outDir": "../out/core", "module": "nodenext", "types": [] } }',
      'core/money.mts':
        'export enum Currency { EUR, USD }\nexport const zero = { amount: 0, currency: Currency.EUR }\n',
      'app/tsconfig.json':
        '{ "compilerOptions": { "composite": true, "outDir": "../out/app", "module": "nodenext", "sourceMap": true, "types": [] }, "references": [{ "path": "../core" }] }',
      'app/app.mts': "import { zero } from '../core/money.mjs'\nexport const { amount } = zero\n",
    },
    command: ['typescript/bin/tsc', '-b', '--verbose'],
    status: 0,
    says: /Building project/,
    makes: ['out/core/money.mjs', 'out/core/money.d.mts', 'out/app/app.mjs', 'out/app/app.mjs.map'],
  },
  {
    name: 'typescript: errors',
    files: {
      'a.mts': "const n: number = 'x'\nimport './absent.mjs'\nexport default n\n",
    },
    command: [
      'typescript/bin/tsc',
      '--noEmit',
      '--module',
      'nodenext',
      '--pretty',
      'false',
      'a.mts',
    ],
    status: 2,
    says: /TS2322/,
  },
]
