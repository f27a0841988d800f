/** Node's permission model: what the engine may do, and what is said of what it may not. */

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { deniesNetwork, flagsIn, ownFolder, runPermitted } from '../support/permissions.mts'
import { inProject, loaderPath, normalize, run } from '../support/spawn.mts'
import type { Run, RunOptions } from '../support/spawn.mts'

const test = suite('permission-engine')
const own = `--allow-fs-read=${ownFolder}`

/** What a program makes of its imports, as it prints them. */
interface Result {
  readonly value?: unknown
  readonly code?: string
  readonly permission?: string
  readonly message?: string
  readonly cause?: {
    readonly code: string
    readonly permission?: string
    readonly resource?: string
  }
}

/** A program that imports each specifier, and prints what came of it. `text:` imports as text. */
const importing = (...specifiers: readonly string[]) => `
  const results = []
  for (const specifier of ${JSON.stringify(specifiers)}) {
    const [, text, wanted] = /^(text:)?(.*)$/.exec(specifier)
    await import(wanted, text ? { with: { type: 'text' } } : undefined).then(
      (module) => results.push({ value: module.default }),
      ({ code, permission, message, cause }) => {
        const { code: causeCode, permission: denied, resource } = Object(cause)
        results.push({ code, permission, message, cause: { code: causeCode, permission: denied, resource } })
      },
    )
  }
  console.log(JSON.stringify(results))`

/** Runs `app.mjs` of a project under `--permission`; `<project>` in a flag is its folder. */
function runApp(
  files: Readonly<Record<string, string>>,
  flags: readonly string[],
  options: RunOptions = {},
): Promise<Run & { readonly path: string }> {
  return inProject(files, async (project) => {
    const real = flags.map((flag) => flag.replace('<project>', project.path))
    const result = await runPermitted(real, ['app.mjs'], { cwd: project.path, ...options })
    return { ...result, path: project.path }
  })
}

const resultsOf = ({ stdout, stderr }: Run): Result[] => {
  assert.is(stderr, '')
  return JSON.parse(stdout) as Result[]
}

const markdown = '# Notes\n\n```js\nexport default 1\n```\n'

test('each denial is an error of its own, and the next import is served', async () => {
  const files = {
    'app.mjs': importing(
      './src/a.md',
      './b.md',
      './src/c.ts',
      'http://127.0.0.1:9/x.mjs',
      'http://localhost:9/x.mjs',
      './src/d.md',
    ),
    'src/a.md': markdown,
    'b.md': markdown,
    'src/c.ts': 'enum A { B }',
    'src/d.md': markdown,
  }
  const ran = await runApp(files, [own, '--allow-fs-read=<project>/src', '--allow-worker'])
  const [a, b, c, ip, host, d] = resultsOf(ran)
  const file = join(ran.path, 'b.md')
  assert.equal([a, d], [{ value: 1 }, { value: 1 }])
  assert.is(b?.code, 'ERR_MIMEPORT_PERMISSION')
  assert.is(b?.permission, 'FileSystemRead')
  assert.is(
    b?.message,
    `Cannot load 'file://${file}' imported from 'file://${ran.path}/app.mjs': the permission model denies reading '${file}'; add --allow-fs-read=${file} to the command line`,
  )
  assert.equal(b?.cause, {
    code: 'ERR_ACCESS_DENIED',
    permission: 'FileSystemRead',
    resource: file,
  })
  assert.is(c?.permission, 'ChildProcess')
  assert.match(c?.message ?? '', /; add --allow-child-process to the command line$/)
  assert.is(c?.cause?.code, 'ERR_ACCESS_DENIED')
  for (const result of [ip, host]) {
    assert.is(result?.code, deniesNetwork ? 'ERR_MIMEPORT_PERMISSION' : 'ERR_MIMEPORT_NETWORK')
    if (!deniesNetwork) continue
    assert.is(result?.permission, 'Net')
    assert.match(result?.message ?? '', /denies the network; add --allow-net to the command line$/)
    assert.is(result?.cause?.code, 'ERR_ACCESS_DENIED')
  }
})

test('one error names all that an import is known to need', async () => {
  const files = {
    'app.mjs': importing('./a.md', 'https://example.com/x.mjs'),
    'a.md': markdown,
    'package.json': '{ "mimeport": { "loaders": [] } }',
  }
  const ran = await runApp(files, [
    `--allow-fs-read=${loaderPath}`,
    `--allow-fs-read=${join(loaderPath, '../core')}`,
  ])
  const [a, remote] = resultsOf(ran)
  assert.equal(flagsIn(a?.message ?? ''), [
    `--allow-fs-read=${ran.path}/a.md`,
    '--allow-worker',
    own,
  ])
  const net = deniesNetwork ? ['--allow-net'] : []
  assert.equal(flagsIn(remote?.message ?? ''), ['--allow-worker', own, ...net])
})

test('the flags of the errors, one after another, are all that a program needs', () =>
  inProject(
    {
      'app.mjs': `import data from './my folder/data.jsonc'; import { v } from './v.ts'; console.log(data.one + v)`,
      'my folder/data.jsonc': '{ "one": 1 } // one',
      'v.ts': 'enum V { One = 1 }\nexport const v = V.One',
    },
    async ({ path: cwd }) => {
      const flags = [
        `--allow-fs-read=${loaderPath}`,
        `--allow-fs-read=${join(loaderPath, '../core')}`,
      ]
      let ran: Run | undefined
      for (let tries = 0; tries < 10; tries++) {
        ran = await runPermitted(flags, ['app.mjs'], { cwd })
        if (ran.status === 0) break
        const more = flagsIn(ran.stderr)
        assert.ok(more.length > 0, ran.stderr)
        flags.push(...more)
      }
      assert.is(ran?.stdout, '2\n')
      assert.equal(
        flags.slice(2).sort(),
        [
          '--allow-child-process',
          `--allow-fs-read=${cwd}/my folder/data.jsonc`,
          `--allow-fs-read=${cwd}/v.ts`,
          own,
          '--allow-worker',
        ].sort(),
      )
    },
  ))

test('the flags of an error are for a shell, whatever a folder is called', async () => {
  // A shell of Windows takes other quotes, and its paths have none of these.
  if (process.platform === 'win32') return
  const folder = "it's a $HOME `folder`*"
  const files = {
    'app.mjs': `import "./${encodeURIComponent(folder)}/x.md"`,
    [`${folder}/x.md`]: markdown,
  }
  await inProject(files, async ({ path: cwd }) => {
    const { stderr } = await runPermitted([own, '--allow-worker'], ['app.mjs'], { cwd })
    const [, flags = ''] = /; add (.+) to the command line/.exec(stderr) ?? []
    const words = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${flags}`], { encoding: 'utf8' })
    assert.is(words, `--allow-fs-read=${cwd}/${folder}/x.md\n`)
  })
})

test('a folder of ours that is missing is told as one folder', async () => {
  const ran = await runApp({ 'app.mjs': importing('data:text/plain,x') }, [
    `--allow-fs-read=${loaderPath}`,
    `--allow-fs-read=${join(loaderPath, '../core')}`,
    '--allow-worker',
  ])
  const [result] = resultsOf(ran)
  assert.is(result?.code, 'ERR_MIMEPORT_PERMISSION')
  assert.equal(flagsIn(result?.message ?? ''), [own])
})

test('what the engine may do is what the program may: loaders too', async () => {
  const files = {
    'mimeport.json': '{ "loaders": ["./act.mjs"] }',
    'act.mjs': `
      import { spawnSync } from 'node:child_process'
      import { readFileSync, writeFileSync } from 'node:fs'
      export const schemes = ['act:']
      export const resolveRelativePath = (specifier) => specifier
      export const resolve = (specifier) => {
        if (specifier === 'act:read') readFileSync('/etc/hosts')
        if (specifier === 'act:write') writeFileSync('/tmp/mimeport-never', '')
        if (specifier === 'act:spawn') spawnSync('true')
        return { statusCode: 200, headers: { 'content-type': 'text/javascript' }, body: 'export default 1' }
      }`,
    'app.mjs': importing('act:read', 'act:write', 'act:spawn', 'act:nothing'),
  }
  const flags = [own, '--allow-fs-read=<project>', '--allow-worker']
  const results = resultsOf(await runApp(files, flags))
  assert.equal(
    results.map(({ code, permission, value }) => value ?? [code, permission]),
    [
      ['ERR_MIMEPORT_PERMISSION', 'FileSystemRead'],
      ['ERR_MIMEPORT_PERMISSION', 'FileSystemWrite'],
      ['ERR_MIMEPORT_PERMISSION', 'ChildProcess'],
      1,
    ],
  )
  const more = ['--allow-fs-read=/etc/hosts', '--allow-child-process']
  const allowed = resultsOf(await runApp(files, [...flags, ...more]))
  assert.equal(
    allowed.map(({ permission, value }) => value ?? permission),
    [1, 'FileSystemWrite', 1, 1],
  )
})

test('a file that the program may not read is not read for it: as text, by an import ahead, in the working folder', async () => {
  const files = {
    'app.mjs': importing('text:./secret.txt', './lib/a.md'),
    'secret.txt': 'secret',
    'lib/a.md': "```js\nexport { default } from '../b.md'\n```\n",
    'b.md': '```js\nthrow new Error("secret")\n```\n',
  }
  const ran = await runApp(files, [own, '--allow-fs-read=<project>/lib', '--allow-worker'])
  const [text, ahead] = resultsOf(ran)
  assert.is(text?.permission, 'FileSystemRead')
  assert.is(ahead?.permission, 'FileSystemRead')
  assert.is(ahead?.cause?.resource, join(ran.path, 'b.md'))
  const allowed = resultsOf(
    await runApp(files, [own, '--allow-fs-read=<project>/secret.txt', '--allow-worker']),
  )
  assert.is(allowed[0]?.value, 'secret')
})

for (const [what, args] of [
  ['a program', ['app.mjs']],
  ['an error', ['fails.mjs']],
  ['a missing module', ['missing.mjs']],
  ['what may not be read', ['denied.mjs']],
  ['CommonJS', ['app.cjs']],
  ['-p', ['-p', 'require("node:path").sep']],
] as const) {
  test(`without --allow-worker ${what} is as it is without us`, () =>
    inProject(
      {
        'app.mjs': `
          import pkg from 'pkg'
          import data from './data.json' with { type: 'json' }
          import { createRequire } from 'node:module'
          console.log(pkg, data, createRequire(import.meta.url)('./lib.cjs'), import.meta.resolve('./x.md'))
          console.log(process.argv.length, createRequire(import.meta.url).resolve('./x.md'))`,
        'app.cjs': 'console.log(require("pkg"), require("./lib.cjs"), module.children.length)',
        'fails.mjs': 'import "./throws.mjs"',
        'throws.mjs': 'throw new TypeError("mine")',
        'missing.mjs': 'import "absent"',
        'denied.mjs': 'import "/etc/hosts.mjs"; import "/usr/x.json"',
        'data.json': '{ "one": 1 }',
        'lib.cjs': 'module.exports = 2',
        'x.md': '',
        'node_modules/pkg/package.json': '{ "exports": "./main.cjs" }',
        'node_modules/pkg/main.cjs': 'module.exports = 1',
      },
      async ({ path: cwd }) => {
        const flags = ['--permission', own, `--allow-fs-read=${cwd}`]
        const plain = await run(args, { cwd, nodeArgs: flags })
        const ours = await run(args, { cwd, nodeArgs: [...flags, '--import', loaderPath] })
        // Node's own lines differ as soon as there are any hooks.
        const shown = ({ stdout, stderr, status }: Run) => [stdout, normalize(stderr, cwd), status]
        assert.equal(shown(ours), shown(plain))
      },
    ))
}

test('folders that may not be read do not stop a program, and hold no configuration', () =>
  inProject(
    {
      'mimeport.json': '{ "loaders": "no list" }',
      'tsconfig.json': '{ "compilerOptions": 1',
      'app/src/app.mjs': `import { one } from './lib.ts'; console.log(one)`,
      'app/src/lib.ts': 'export const one: number = 1',
    },
    async ({ path }) => {
      const flags = [own, `--allow-fs-read=${path}/app/src`, '--allow-worker']
      const { stdout, stderr } = await runPermitted(flags, [join(path, 'app/src/app.mjs')])
      assert.is(stderr, '')
      assert.is(stdout, '1\n')
      const all = await runPermitted(
        [own, `--allow-fs-read=${path}`],
        [join(path, 'app/src/app.mjs')],
      )
      assert.match(
        all.stderr,
        'ERR_MIMEPORT_CONFIG',
        'the control: it is in force where it may be read',
      )
    },
  ))

test("without --allow-worker the project's loaders cannot be asked, and the first import says so", async () => {
  const files = {
    'mimeport.json': '{ "loaders": ["./tsv.mjs"] }',
    'tsv.mjs': `export const extensionMimeMap = { tsv: 'text/x' }`,
    'app.mjs': 'console.log(1)',
  }
  const denied = await runApp(files, [own, '--allow-fs-read=<project>'])
  assert.is(denied.stdout, '')
  assert.match(denied.stderr, "Cannot ask the project's loaders what they are for: ")
  assert.equal(flagsIn(denied.stderr), ['--allow-worker'])
  const allowed = await runApp(files, [own, '--allow-fs-read=<project>', '--allow-worker'])
  assert.is(allowed.stdout, '1\n', allowed.stderr)
})

test("permissions in NODE_OPTIONS are the engine's, with a folder that has a space", () =>
  inProject(
    { 'app.mjs': importing('./a b/x.md', './y.md'), 'a b/x.md': markdown, 'y.md': markdown },
    async ({ path: cwd }) => {
      const NODE_OPTIONS = `--permission --disable-warning=SecurityWarning ${own} --allow-worker --allow-fs-read="${cwd}/a b" --import "${loaderPath}"`
      const ran = await run(['app.mjs'], { cwd, nodeArgs: [], env: { NODE_OPTIONS } })
      const [x, y] = resultsOf(ran)
      assert.is(x?.value, 1)
      assert.is(y?.permission, 'FileSystemRead')
    },
  ))

test('a program may change what its permissions were written in', () =>
  inProject(
    {
      'app.mjs': `delete process.env.NODE_OPTIONS; process.execArgv.length = 0; ${importing('./x.md')}`,
      'x.md': markdown,
      'empty/x': '',
    },
    async ({ path }) => {
      const flags = [own, `--allow-fs-read=${path}`, '--allow-worker']
      // From elsewhere: the working folder is the engine's, whatever the flags are.
      const cwd = join(path, 'empty')
      const app = join(path, 'app.mjs')
      const NODE_OPTIONS = ['--permission', '--disable-warning=SecurityWarning', ...flags].join(' ')
      for (const ran of [
        await runPermitted(flags, [app], { cwd }),
        await run([app], { cwd, env: { NODE_OPTIONS } }),
      ])
        assert.is(resultsOf(ran)[0]?.value, 1)
    },
  ))

test('a configuration that MIMEPORT_CONFIG names is in force, or an error where it may not be read', () =>
  inProject(
    { 'app.mjs': importing('https://esm.sh/x'), 'mimeport.json': '{ "allow": [] }' },
    async ({ path: cwd }) => {
      const file = join(cwd, 'mimeport.json')
      const options = { cwd, env: { MIMEPORT_CONFIG: file } }
      const flags = [own, '--allow-worker']
      const refused = await runPermitted(flags, ['app.mjs'], options)
      assert.is(refused.status, 1)
      assert.match(refused.stderr, 'ERR_MIMEPORT_CONFIG')
      assert.match(refused.stderr, '--allow-fs-read')
      const read = await runPermitted([...flags, `--allow-fs-read=${file}`], ['app.mjs'], options)
      assert.is(resultsOf(read)[0]?.code, 'ERR_MIMEPORT_NOT_ALLOWED')
    },
  ))

test("permissions in Node's configuration file are the engine's", () =>
  inProject(
    { 'app.mjs': importing('./a/x.md', './y.md'), 'a/x.md': markdown, 'y.md': markdown },
    async (project) => {
      const { path: cwd } = project
      const file = join(cwd, 'a/node.json')
      const nodeOptions = {
        permission: true,
        'allow-worker': true,
        'allow-fs-read': [ownFolder, join(cwd, 'a')],
        import: loaderPath,
      }
      project.write({ 'a/node.json': JSON.stringify({ nodeOptions }) })
      const nodeArgs = [
        `--experimental-config-file=${file}`,
        '--disable-warning=SecurityWarning',
        '--disable-warning=ExperimentalWarning',
      ]
      const [x, y] = resultsOf(await run(['app.mjs'], { cwd, nodeArgs }))
      assert.is(x?.value, 1)
      assert.is(y?.permission, 'FileSystemRead')
    },
  ))

test("permissions in Node's configuration file are those of a worker of source text", () =>
  inProject({ 'a/x.md': markdown, 'y.txt': '' }, async (project) => {
    const { path: cwd } = project
    const file = join(cwd, 'a/node.json')
    const nodeOptions = {
      permission: true,
      'allow-worker': true,
      'allow-fs-read': [ownFolder, join(cwd, 'a')],
      import: loaderPath,
    }
    // Every thread may read its working folder: the program is elsewhere.
    const text = `
      import(${JSON.stringify(`${cwd}/a/x.md`)}).then((m) => console.log(m.default), (e) => console.log(e.code))
        .then(() => { try { require('fs').readFileSync(${JSON.stringify(`${cwd}/y.txt`)}) } catch (e) { console.log(e.code) } })`
    project.write({
      'a/node.json': JSON.stringify({ nodeOptions }),
      'a/app.mjs': `import { Worker } from 'node:worker_threads'; new Worker(${JSON.stringify(text)}, { eval: true })`,
    })
    const nodeArgs = [
      `--experimental-config-file=${file}`,
      '--disable-warning=SecurityWarning',
      '--disable-warning=ExperimentalWarning',
    ]
    const { stdout, stderr } = await run(['app.mjs'], { cwd: join(cwd, 'a'), nodeArgs })
    assert.is(stderr, '')
    assert.is(stdout, '1\nERR_ACCESS_DENIED\n')
  }))

test('a program that moves has the folders that it was started with', async () => {
  const files = {
    'app.mjs': `process.chdir('src'); ${importing('./src/a.md', './b.md')}`,
    'src/a.md': markdown,
    'b.md': markdown,
  }
  const ran = await runApp(files, [
    own,
    '--allow-fs-read=src',
    '--allow-fs-read=<project>/src',
    '--allow-worker',
  ])
  const [a, b] = resultsOf(ran)
  assert.is(a?.value, 1)
  assert.is(b?.permission, 'FileSystemRead')
})

test('a permission that the program dropped is dropped by the engine', async () => {
  if (!deniesNetwork) return
  const files = {
    'app.mjs': `
      import { createServer } from 'node:net'
      await import('./c.ts')
      process.permission.drop('child')
      process.permission.drop('net')
      ${importing('./d.ts', 'http://127.0.0.1:9/x.mjs', './a.md')}`,
    'c.ts': 'enum A { B }',
    'd.ts': 'enum A { B }',
    'a.md': markdown,
  }
  const flags = [
    own,
    '--allow-fs-read=<project>',
    '--allow-worker',
    '--allow-child-process',
    '--allow-net',
  ]
  const [child, net, a] = resultsOf(await runApp(files, flags))
  assert.is(child?.permission, 'ChildProcess')
  assert.is(net?.permission, 'Net')
  assert.is(a?.value, 1)
})

test('a program that is only audited is let be', async () => {
  if (!process.allowedNodeEnvironmentFlags.has('--permission-audit')) return
  await inProject(
    {
      'app.mjs': importing('./a.md', './c.ts'),
      'a.md': markdown,
      'c.ts': 'enum A { B }; export default A.B',
    },
    async ({ path: cwd }) => {
      const nodeArgs = ['--permission-audit', '--import', loaderPath]
      const [a, c] = resultsOf(await run(['app.mjs'], { cwd, nodeArgs }))
      assert.equal([a, c], [{ value: 1 }, { value: 0 }])
    },
  )
})

test("a worker of the program's is under the same permissions", async () => {
  const files = {
    'app.mjs': `
      import { Worker } from 'node:worker_threads'
      new Worker(new URL('./lib/worker.mjs', import.meta.url))`,
    'lib/worker.mjs': importing('./a.md', '../b.md'),
    'lib/a.md': markdown,
    'b.md': markdown,
  }
  const flags = [own, '--allow-fs-read=<project>/lib', '--allow-worker']
  // Node grants a worker its working folder; this one is started elsewhere.
  await inProject(files, async ({ path }) => {
    const real = flags.map((flag) => flag.replace('<project>', path))
    const ran = await runPermitted(real, [join(path, 'app.mjs')], { cwd: '/' })
    const { stdout } = ran
    const [a] = JSON.parse(stdout) as Result[]
    assert.is(a?.value, 1, ran.stderr)
  })
})

test('preload fails as the import would', async () => {
  const files = {
    'app.mjs': `
      const { preload } = await import(${JSON.stringify(loaderPath)})
      const error = await preload('./b.md', import.meta.url).catch((e) => e)
      await preload('./lib/a.md', import.meta.url)
      console.log(error.code, error.permission, (await import('./lib/a.md')).default)`,
    'lib/a.md': markdown,
    'b.md': markdown,
  }
  const flags = [own, '--allow-fs-read=<project>/lib', '--allow-worker']
  const { stdout, stderr } = await runApp(files, flags)
  assert.is(stdout, 'ERR_MIMEPORT_PERMISSION FileSystemRead 1\n', stderr)
})

test('a loader that never ends is found out where the system may not be asked', async () => {
  const files = {
    'mimeport.json': '{ "loaders": ["./loop.mjs"] }',
    'loop.mjs': `
      export const schemes = ['loop:']
      export const resolveRelativePath = (specifier) => specifier
      export const resolve = () => { for (;;); }`,
    'app.mjs': importing('loop:x', 'data:text/plain,after'),
  }
  const flags = [own, '--allow-fs-read=<project>', '--allow-worker']
  const [loop, after] = resultsOf(await runApp(files, flags))
  assert.is(loop?.code, 'ERR_MIMEPORT_ENGINE_LOST')
  assert.is(after?.value, 'after')
})

test('Node warns of the flags once, as without us', () =>
  inProject({ 'app.mjs': importing('data:text/plain,x') }, async ({ path: cwd }) => {
    const flags = ['--permission', own, '--allow-worker', ...(deniesNetwork ? ['--allow-net'] : [])]
    const plain = await run(['-e', '0'], { cwd, nodeArgs: flags })
    const ours = await run(['app.mjs'], { cwd, nodeArgs: [...flags, '--import', loaderPath] })
    const lines = ({ stderr }: Run) => stderr.replace(/node:\d+/g, 'node').split('\n')
    assert.equal(lines(ours), lines(plain))
    assert.match(ours.stdout, '"x"')
  }))

test.run()
