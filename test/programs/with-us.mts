/** The same programs, where a configuration, a rule or a test is something that Node cannot load by itself. */

import type { JobWithUs } from './job.mts'

/** What comes over the network in these jobs: paths of the server whose URL is `$SERVER`. */
export const remote: Readonly<Record<string, string>> = {
  '/rules.ts': `
    export type Severity = 'error' | 'warn'
    export enum Level { Strict = 'error' }
    export const rules: Record<string, Severity> = { 'prefer-const': Level.Strict as Severity, 'no-var': Level.Strict as Severity }`,
  '/sum.ts':
    'export enum Unit { One = 1 }\nexport const sum = (a: number, b: number): number => a + b\n',
  '/greeting.md': '# Greeting\n\n```js\nexport const greeting = "Hello, "\n```\n',
}

export const withUs: readonly JobWithUs[] = [
  {
    name: 'eslint: a configuration in Markdown, rules over HTTP',
    files: {
      'eslint.config.mjs.md': `# How we lint

Rules are the company's.

\`\`\`js
import { rules } from '$SERVER/rules.ts'
export default [{ rules }]
\`\`\`
`,
      'src/a.js': 'var a = 1\nexport { a }\n',
    },
    command: [
      'eslint/bin/eslint.js',
      '-c',
      'eslint.config.mjs.md',
      'src',
      '--max-warnings',
      '0',
      '--fix',
    ],
    says: /^$/,
    makes: ['src/a.js'],
  },
  {
    name: 'prettier: a plugin over HTTP',
    files: {
      'prettier.config.mjs':
        "import { greeting } from '$SERVER/greeting.md'\nexport default { semi: greeting === '' }\n",
      'a.js': 'const a = 1;\n',
    },
    command: ['prettier/bin/prettier.cjs', 'a.js'],
    says: /^const a = 1\n$/,
  },
  {
    name: 'mocha: specs in Markdown and in TypeScript with an enum, a module over HTTP',
    files: {
      'test/sum.spec.mjs.md': `# The sum

\`\`\`js
import assert from 'node:assert/strict'
import { Unit, sum } from '$SERVER/sum.ts'
\`\`\`

It adds:

\`\`\`js
describe('sum', () => it('adds', () => assert.equal(sum(Unit.One, 2), 3)))
\`\`\`
`,
      'test/mode.spec.ts': `
        import assert from 'node:assert/strict'
        enum Mode { On = 1 }
        describe('Mode', () => it('is on', () => assert.equal(Mode.On, 1)))`,
    },
    command: ['mocha/bin/mocha.js', 'test/sum.spec.mjs.md', 'test/mode.spec.ts'],
    says: /2 passing/,
  },
  {
    name: 'node --test: a test in Markdown, a module over HTTP',
    files: {
      'sum.test.mjs.md': `# The sum

\`\`\`ts
import assert from 'node:assert/strict'
import test from 'node:test'
import { sum } from '$SERVER/sum.ts'

const three: number = 3
test('adds', () => assert.equal(sum(1, 2), three))
\`\`\`
`,
    },
    nodeArgs: ['--test', '--test-reporter=spec', 'sum.test.mjs.md'],
    command: [],
    says: /✔ adds[^]*pass 1/,
  },
  {
    name: 'rollup: a plugin in TypeScript with an enum',
    files: {
      'rollup.config.mjs':
        "import { plugin } from './plugin.ts'\nexport default { input: 'a.js', plugins: [plugin()], external: [/plugin/] }\n",
      'plugin.ts':
        "enum Name { Banner = 'banner' }\nexport const plugin = () => ({ name: Name.Banner, banner: (): string => '/* made here */' })\n",
      'a.js': 'console.log(1)\n',
    },
    command: ['rollup/dist/bin/rollup', '-c', '--silent'],
    says: /made here/,
  },
  {
    name: 'vite: a configuration in Markdown, loaded by Node',
    files: {
      'vite.config.md': `# How we build

\`\`\`ts
import { defineConfig } from 'vite'
enum Folder { Out = 'made' }
export default defineConfig({ cacheDir: '.cache', build: { outDir: Folder.Out, lib: { entry: 'a.js', formats: ['es'], fileName: 'a' } } })
\`\`\`
`,
      'a.js': 'export const a = 1\n',
    },
    command: ['vite/bin/vite.js', 'build', '--configLoader', 'native', '-c', 'vite.config.md'],
    says: /✓ built/,
    makes: ['made/a.js'],
  },
  {
    // Its processes are not given Node's arguments, but those that the configuration has.
    name: 'vitest: a configuration with a module over HTTP, and one that a test leaves to Node',
    files: {
      'vitest.config.mjs': `
        import { greeting } from '$SERVER/greeting.md'
        export default { cacheDir: '.cache', test: { name: greeting, pool: 'forks', execArgv: process.execArgv, server: { deps: { external: [/notes\\.md/] } } } }`,
      'notes.md': '# Notes\n\n```ts\nexport enum Mode { On = 1 }\n```\n',
      'a.test.js': `
        import { expect, test } from 'vitest'
        test('a note', async () => expect((await import('./notes.md')).Mode.On).toBe(1))`,
    },
    command: ['vitest/vitest.mjs', 'run', '--configLoader', 'native', '--reporter=verbose'],
    says: /1 passed/,
  },
  {
    name: 'fastify: routes in a script without an extension and a view in Markdown',
    files: {
      'app.mjs': `
        import fastify from 'fastify'
        import routes from './routes'
        const app = fastify()
        app.register(routes)
        console.log((await app.inject('/')).body)`,
      routes: `#!/usr/bin/env tsx
        import { greeting } from '$SERVER/greeting.md'
        enum Path { Home = '/' }
        export default async (app: any): Promise<void> => { app.get(Path.Home, () => greeting + 'world') }`,
    },
    command: ['./app.mjs'],
    says: /Hello, world/,
  },
]
