/** `fromRollup`: which hooks are called, in which order, with which `this`, and what cannot be had. In process. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fromRollup } from '../../adapters/rollup.mts'
import { compileFilter } from '../../adapters/rollup/filter.mts'
import { runContract } from '../../contract/contract.mts'
import { rejects } from '../support/rejects.mts'
import { makeProject, run } from '../support/spawn.mts'
import type { Plugin as RollupPlugin } from 'rollup'
import type { PluginOption } from '../../adapters/rollup.mts'
import type { LooseResponse } from '../../core/types.mts'

const test = suite('fromRollup')
const project = makeProject({ 'a.x': 'one', '.hidden/b.x': 'two', 'c.js': 'export default 3' })
test.after(() => project.remove())
const url = (path: string) => pathToFileURL(join(project.path, path)).href
const loader = (option: unknown, more = {}) =>
  fromRollup(option as PluginOption, { root: project.path, ...more })

/** What the loader answers for a file of the project, or a specifier. */
async function answer(option: unknown, specifier = url('a.x'), more = {}) {
  const given = await loader(option, more).resolve(specifier)
  return given as (LooseResponse & { headers: Record<string, string>; body: string }) | false
}

/** The code that a plugin sees a file become. */
async function codeOf(option: unknown, specifier?: string): Promise<string> {
  const given = await answer(option, specifier)
  assert.ok(given, 'it answered')
  return given.body.replace(/\n\/\/# sourceMappingURL=[^]*/, '')
}

/** Rollup's own type of a plugin is one of ours. */
const typed = (plugin: RollupPlugin): PluginOption => [plugin, false, [plugin]]

const adding = (name: string, more = {}) => ({
  name,
  transform: (code: string) => `${code}+${name}`,
  ...more,
})

test('transforms go one after another: pre and post of a plugin, then of a hook', async () => {
  const at = (order: string) => ({ order, handler: (code: string) => `${code}+${order}` })
  assert.is(
    await codeOf([
      adding('last', { enforce: 'post' }),
      { name: 'hook post', transform: at('post') },
      adding('one'),
      [[adding('two')], null, false, undefined],
      { name: 'hook pre', transform: at('pre') },
      adding('first', { enforce: 'pre' }),
    ]),
    'one+pre+first+one+two+last+post',
  )
})

test('the first load that answers is the one, and its code goes through all transforms', async () => {
  const given = await codeOf([
    typed({ name: 'none', load: () => null }),
    { name: 'a', load: (id: string) => `/* ${id === join(project.path, 'a.x')} */` },
    { name: 'b', load: () => 'never' },
    adding('t'),
  ])
  assert.is(given, '/* true */+t')
})

test('a file that no plugin takes is left to others, and one that is not there', async () => {
  assert.is(await answer({ name: 'p', transform: () => null }), false)
  assert.is(await answer(adding('p'), url('missing.x')), false)
  assert.is(await answer(adding('p'), 'https://host/x'), false)
  assert.ok(await answer(adding('p')))
})

test('filters: strings are globs, also of names with a dot; what is excluded is out', () => {
  const takes = (filter: object, id: string, code?: string) =>
    compileFilter(filter, 'p', 'transform')({ id, ...(code !== undefined && { code }) })
  const rows: [object, string, boolean][] = [
    [{ id: '**/*.x' }, '/p/a.x', true],
    [{ id: '**/*.x' }, '/p/.hidden/a.x', true],
    [{ id: '**/*.x' }, '/p/a.y', false],
    [{ id: '*.x' }, join(process.cwd(), 'a.x'), true],
    [{ id: '*.x' }, '/elsewhere/a.x', false],
    [{ id: '**/{.a,b}/*.x' }, '/p/.a/c.x', true],
    [{ id: /\.x$/g }, '/p/a.x', true],
    [{ id: [/\.y$/, '**/*.x'] }, '/p/a.x', true],
    [{ id: { include: /\.x$/, exclude: '**/no/**' } }, '/p/no/a.x', false],
    [{ id: { exclude: /\.y$/ } }, '/p/a.x', true],
    [{}, '/p/a.x', true],
  ]
  for (const [filter, id, expected] of rows) {
    assert.is(takes(filter, id), expected, `${JSON.stringify(filter)} ${id}`)
    assert.is(takes(filter, id), expected, 'and again')
  }
  assert.is(takes({ code: 'import' }, '/a', 'import x'), true)
  assert.is(takes({ code: /^export/ }, '/a', 'import x'), false)
  assert.is(takes({ moduleType: ['ts'] }, '/a', 'x'), false)
  assert.throws(() => compileFilter([] as never, 'p', 'load'), /'p' "load".*Rolldown/)
})

test('a hook is called for what its filter takes alone', async () => {
  const filtered = (filter: object) => [
    adding('always'),
    { name: 'f', transform: { filter, handler: (code: string) => `${code}+f` } },
  ]
  assert.is(await codeOf(filtered({ id: /\.x$/ })), 'one+always+f')
  assert.is(await codeOf(filtered({ id: /\.y$/ })), 'one+always')
  assert.is(await codeOf(filtered({ code: 'always' })), 'one+always+f')
})

test('an id becomes a file, a URL, or a name of the plugins’ own', async () => {
  const to = async (id: unknown) => {
    const given = await answer({ name: 'p', resolveId: () => id, load: () => 'x' }, 'name')
    return given === false ? false : given.headers['location']
  }
  assert.is(await to('\0virtual:x'), 'rollup:///%00virtual:x')
  assert.is(await to({ id: 'virtual:a b#c?d' }), 'rollup:///virtual:a%20b%23c?d')
  assert.is(await to(join(project.path, 'a.x')), url('a.x'))
  assert.is(await to(`${join(project.path, 'a.x')}?q=1`), `${url('a.x')}?q=1`)
  assert.is(await to('https://host/x.mjs'), 'https://host/x.mjs')
  assert.is(await to({ id: 'https://host/y.mjs', external: true }), 'https://host/y.mjs')
  assert.is(await to(null), false)
  assert.is(await to(false), false, 'external, as it stands')
  assert.is(await to({ id: 'name', external: true }), false)
})

test('a name of the plugins’ own is loaded by the id that they gave it', async () => {
  const plugin = { name: 'p', resolveId: () => null, load: (id: string) => JSON.stringify(id) }
  assert.is(await codeOf(plugin, 'rollup:///%00virtual:a%20b%23c?d'), '"\\u0000virtual:a b#c?d"')
  assert.is(await answer({ name: 'p', load: () => null }, 'rollup:///other'), false)
})

test('what a virtual module imports is resolved by the plugins, or beside its file', async () => {
  const seen: unknown[] = []
  const plugin = {
    name: 'p',
    resolveId: (...args: unknown[]) => void seen.push(args.slice(0, 2)),
    load: () => '',
  }
  const { resolveRelativePath } = loader(plugin)
  assert.is(await resolveRelativePath('./c.js', `rollup:///${project.path}/made.js`), url('c.js'))
  assert.is(await resolveRelativePath('./c', `rollup:///${project.path}/made.js`), url('c.js'))
  assert.equal(seen[0], ['./c.js', join(project.path, 'made.js')])
  await rejects(
    async () => resolveRelativePath('./c.js', 'rollup:///%00virtual:x'),
    'ERR_MODULE_NOT_FOUND',
  )
})

test('this.resolve asks the other plugins, and each once', async () => {
  interface Context {
    resolve(source: string, importer?: string, options?: object): Promise<{ id: string } | null>
  }
  const asks = (name: string, answered: string) => ({
    name,
    async resolveId(this: Context, source: string, importer: string) {
      const found = await this.resolve(source, importer)
      return found === null ? answered : `${name}(${found.id})`
    },
    load: () => '',
  })
  const given = await answer([asks('a', 'end'), asks('b', 'end')], 'nothing-of-this-name')
  assert.is(given && given.headers['location'], 'rollup:///a(end)')
  const seen: Record<string, unknown> = {}
  const plugin = {
    name: 'p',
    async buildStart(this: Context) {
      for (const each of [
        './c',
        './a.x',
        'node:fs',
        'uvu',
        'nothing-of-this-name',
        'https://h/x',
      ]) {
        seen[each] = (
          await this.resolve(each, fileURLToPath(import.meta.url).replace(/test\/.*/, 'x'))
        )?.id
      }
    },
    transform: (code: string) => code,
  }
  await answer(plugin)
  assert.is(seen['node:fs'], 'node:fs')
  assert.match(String(seen['uvu']), /node_modules\/uvu\/dist\/index\.mjs$/)
  assert.is(seen['nothing-of-this-name'], undefined)
  assert.is(seen['https://h/x'], 'https://h/x')
  assert.is(seen['./c'], undefined, 'relative to the importer')
})

test('the hooks of a beginning are called once, in Vite’s order, with what is true', async () => {
  const seen: string[] = []
  const plugin = {
    name: 'p',
    config(config: any, env: any) {
      seen.push(`config ${env.command} ${env.mode} ${config.root === project.path}`)
      return { define: { A: 1 }, plugins: [], ssr: { noExternal: ['x'] } }
    },
    configResolved(config: any) {
      seen.push(
        `resolved ${config.define.A} ${config.ssr.target} ${config.ssr.noExternal} ${config.isProduction} ${config.env.SSR}`,
      )
    },
    options: () => void seen.push('options'),
    buildStart: () => void seen.push('buildStart'),
    transform(this: any, code: string, _id: string, options: any) {
      const { name, config } = this.environment
      seen.push(`transform ${options.ssr} ${name} ${config.consumer}`)
      return `${code}!`
    },
  }
  const never = { ...plugin, name: 'q', apply: 'build' }
  const made = loader([plugin, never], { mode: 'test' })
  await made.resolve(url('a.x'))
  await made.resolve(url('a.x'))
  const transform = 'transform true ssr server'
  assert.equal(seen, [
    'config serve test true',
    'resolved 1 node x false true',
    'options',
    'buildStart',
    transform,
    transform,
  ])
})

test('a beginning that failed is tried again', async () => {
  let count = 0
  const made = loader(
    adding('p', {
      buildStart() {
        if (++count === 1) throw new Error('not yet')
      },
    }),
  )
  const error = await rejects(async () => made.resolve(url('a.x')), 'ERR_MIMEPORT_LOADER_FAILED')
  assert.is(error.message, `Plugin 'p' "buildStart" failed: not yet`)
  assert.ok(await made.resolve(url('a.x')))
})

test('what a plugin throws names plugin, hook, file and place', async () => {
  const failing = (work: (context: any) => unknown) => ({
    name: 'bad\u001b[31m',
    transform(this: any) {
      return work(this)
    },
  })
  const path = join(project.path, 'a.x')
  const rows: [(context: any) => unknown, string][] = [
    [
      () => {
        throw new Error('first\nsecond')
      },
      `'${path}': first`,
    ],
    [
      () => {
        throw null
      },
      `'${path}': null`,
    ],
    [(context) => context.error('no'), `'${path}': no`],
    [(context) => context.error('no', 2), `'${path}:1:2': no`],
    [
      (context) => context.error({ message: 'no', loc: { line: 3, column: 4 } }),
      `'${path}:3:4': no`,
    ],
    [(context) => context.error({ message: 'no', loc: { file: '/z', line: 3 } }), `'/z:3': no`],
  ]
  for (const [work, expected] of rows) {
    const { message } = await rejects(() => answer(failing(work)), 'ERR_MIMEPORT_LOADER_FAILED')
    assert.is(message, `Plugin 'bad\\u{1b}[31m' "transform" failed for ${expected}`)
  }
})

test('a warning is one line on stderr, once; what is less is said where a log is wanted', async () => {
  const lines: string[] = []
  const { write } = process.stderr
  process.stderr.write = ((line: string) => lines.push(line) > 0) as never
  try {
    const plugin = adding('p', {
      transform(this: any, code: string) {
        this.warn('first\n\u001b[31msecond')
        this.warn(() => ({ message: 'other' }))
        this.info('not said')
        return `${code}!`
      },
    })
    const made = loader(plugin)
    await made.resolve(url('a.x'))
    await made.resolve(url('a.x'))
    process.env['MIMEPORT_LOG'] = 'debug'
    await made.resolve(url('a.x'))
  } finally {
    process.stderr.write = write
    delete process.env['MIMEPORT_LOG']
  }
  assert.equal(lines, [
    "mimeport: warning: plugin 'p': first\\n\\u{1b}[31msecond\n",
    "mimeport: warning: plugin 'p': other\n",
    "mimeport: plugin 'p': not said\n",
  ])
})

test('source maps of several steps are one, and this.getCombinedSourcemap has it so far', async () => {
  const above = (name: string) => ({
    name,
    transform: (code: string) => ({
      code: `\n${code}`,
      map: {
        version: 3,
        sources: ['a.x'],
        names: [],
        mappings: `;AAAA${';AACA'.repeat(code.split('\n').length - 1)}`,
      },
    }),
  })
  let combined: any
  let first: any
  const looks = (take: (map: any) => void) => ({
    name: 'looks',
    transform(this: any) {
      take(this.getCombinedSourcemap())
    },
  })
  const given = await answer([
    looks((map) => (first = map)),
    above('one'),
    above('two'),
    looks((map) => (combined = map)),
  ])
  assert.ok(given)
  const [, data = ''] = /base64,(\S+)/.exec(given.body) ?? []
  const map = JSON.parse(Buffer.from(data, 'base64').toString())
  assert.equal([map.sources, map.sourcesContent], [[url('a.x')], ['one']])
  assert.is(map.mappings.replace(/;$/, ''), ';;AAAA')
  assert.is(combined.mappings, map.mappings)
  assert.match(combined.toUrl(), /^data:application\/json/)
  assert.is(first.mappings, 'AAAA,CAAC,CAAC,CAAC')
  const without = await loader(above('one')).resolve(url('a.x'), { sourceMaps: false } as never)
  assert.not.match(String((without as { body: string }).body), 'sourceMappingURL')
})

test('an asset has a URL: its content, in the place of import.meta.ROLLUP_FILE_URL_…', async () => {
  const folder = makeProject({
    'mimeport.json': '{ "loaders": ["./loader.mjs"] }',
    'loader.mjs': `
      import { fromRollup } from '${new URL('../../adapters/rollup.mts', import.meta.url)}'
      export default fromRollup({
        name: 'asset',
        transform(code, id) {
          if (!id.endsWith('.x')) return
          const ref = this.emitFile({ type: 'asset', name: 'a.svg', source: '<svg/>' })
          return 'export default import.meta.ROLLUP_FILE_URL_' + ref + '; export const at = () => new Error().stack'
        },
      })`,
    'a.x': '',
    'app.mjs': `import a, { at } from './a.x'; console.log(a, await (await fetch(a)).text(), /a\\.x:1:\\d+/.exec(at())[0])`,
  })
  const { stdout, stderr } = await run(['app.mjs'], { cwd: folder.path })
  folder.remove()
  assert.is(stderr, '')
  assert.is(stdout, 'data:image/svg+xml;base64,PHN2Zy8+ <svg/> a.x:1:82\n')
})

test('what only bundlers have says so, by plugin, hook and reason', async () => {
  const code = 'ERR_MIMEPORT_UNSUPPORTED_PLUGIN'
  const asking = (work: (context: any) => unknown) => ({
    name: 'p',
    transform(this: any, text: string) {
      work(this)
      return `${text}!`
    },
  })
  const rows: [(context: any) => unknown, RegExp][] = [
    [(context) => context.emitFile({ type: 'chunk', id: 'x' }), /'p' "transform" .*type 'chunk'/],
    [(context) => context.getFileName('r'), /import\.meta\.ROLLUP_FILE_URL_r/],
    [(context) => context.setAssetSource('r', ''), /no asset 'r'/],
  ]
  for (const [work, expected] of rows) {
    assert.match((await rejects(() => answer(asking(work)), code)).message, expected)
  }
  const synthetic = { name: 'p', load: () => ({ code: '', syntheticNamedExports: true }) }
  assert.match((await rejects(() => answer(synthetic), code)).message, /"syntheticNamedExports"/)
  assert.ok(await answer({ name: 'p', load: () => ({ code: '', syntheticNamedExports: false }) }))
  const terser = { name: 'terser', renderChunk: () => null }
  const error = await rejects(() => loader(terser), code)
  assert.is(
    error.message,
    `Plugin 'terser' "renderChunk" cannot be run: it is for bundles, or for a server of pages, and modules are run here one by one`,
  )
  assert.ok(loader({ ...terser, transform: () => null }), 'what makes modules as well is of use')
})

test('this.parse is the project’s own parser, and says how to get one', async () => {
  const asks = {
    name: 'p',
    transform(this: any, code: string) {
      return `${code} ${this.parse('a').type}`
    },
  }
  const here = fileURLToPath(new URL('../..', import.meta.url))
  const found = (await loader(asks, { root: here }).resolve(url('a.x'))) as { body: string }
  assert.is(found.body, 'one Program')
})

test('what is no plugin is refused by what it is', () => {
  const rows: [unknown, RegExp][] = [
    [Promise.resolve(adding('p')), /a promise: await it/],
    [() => adding('p'), /a function, .*call it/],
    [{ transform: () => null }, /has no name. Received undefined/],
    [
      Object.assign(() => {}, { rollup: () => {}, vite: () => {} }),
      /unplugin's.*'rollup' or 'vite'/,
    ],
    [[], /the list is empty/],
    [42, /a number \(42\)/],
  ]
  for (const [option, expected] of rows) {
    try {
      loader(option)
      assert.unreachable(String(expected))
    } catch (error) {
      assert.is((error as { code?: string }).code, 'ERR_MIMEPORT_INVALID_LOADER', String(error))
      assert.match((error as Error).message, expected)
    }
  }
})

test('a module is what its id, or its moduleType, says', async () => {
  mkdirSync(join(project.path, 'types'))
  const typeOf = async (name: string, moduleType?: string) => {
    writeFileSync(join(project.path, 'types', name), 'x')
    const plugin = { name: 'p', transform: (code: string) => ({ code: `${code}!`, moduleType }) }
    const given = await answer(plugin, url(`types/${name}`))
    return given && given.headers['content-type']
  }
  assert.is(await typeOf('a.x'), 'text/javascript')
  assert.is(await typeOf('a.ts'), 'application/typescript')
  assert.is(await typeOf('a.tsx'), 'text/tsx')
  assert.is(await typeOf('a.x', 'ts'), 'application/typescript')
  assert.is(await typeOf('a.css'), 'text/javascript')
  assert.is(await codeOf(adding('p'), url('types/a.css')), 'export default "x+p"\n')
  const vue = { name: 'p', load: () => 'x' }
  const given = await answer(vue, `${url('a.x')}?vue&type=script&lang.ts`)
  assert.is(given && given.headers['content-type'], 'application/typescript')
})

test('with accepts, what comes from elsewhere goes through the transforms, and by no load', async () => {
  const plugin = { ...adding('p'), load: () => assert.unreachable() as never }
  const { accepts, transform } = loader(plugin, { accepts: ['text/x'] })
  assert.equal(accepts, ['text/x'])
  const context = { url: 'https://host/a.x' } as never
  const { source, format } = (await transform!({ 'content-type': 'text/x' }, 'one', context)) as any
  assert.equal([source, format], ['one+p', 'text/javascript'])
  const none = loader({ name: 'p', transform: () => null }, { accepts: ['text/x'] })
  const left = (await none.transform!({ 'content-type': 'text/x' }, 'one', context)) as any
  assert.equal([left.source, left.format], ['one', 'text/x'])
  assert.is(loader(plugin).transform, undefined)
})

test('the loader is one by the contract suite', async () => {
  const plugin = {
    name: 'p',
    resolveId: (id: string) => (id === 'virtual:x' ? '\0virtual:x' : null),
    load: (id: string) => (id === '\0virtual:x' ? 'export default 1' : null),
    transform: (code: string, id: string) =>
      id.endsWith('.x') ? `export default '${code}'` : null,
  }
  const parentPath = `rollup:///${project.path}/made.js`
  const samples = {
    resolve: [
      { specifier: 'virtual:x', statusCode: 307, location: 'rollup:///%00virtual:x' },
      {
        specifier: 'rollup:///%00virtual:x',
        contentType: 'text/javascript',
        body: 'export default 1',
      },
      { specifier: url('a.x'), contentType: 'text/javascript', body: `export default 'one'` },
    ],
    relative: [
      { specifier: './a.x', parentPath, expected: url('a.x'), within: url('') },
      { specifier: './missing.js', parentPath, refused: 'ERR_MODULE_NOT_FOUND' },
    ],
    transform: [{ body: 'one', url: 'https://host/a.x', format: 'text/javascript' }],
  }
  await runContract(loader(plugin, { accepts: ['text/x'] }), samples)
})

test('getModuleInfo knows what went through, and keeps what plugins say to each other', async () => {
  let info: any
  const plugins = [
    { name: 'a', load: () => ({ code: 'export default 1; export const b = 2', meta: { a: 1 } }) },
    { name: 'b', transform: () => ({ meta: { b: 2 } }) },
    {
      name: 'c',
      transform(this: any, _code: string, id: string) {
        info = this.getModuleInfo(id)
      },
    },
  ]
  const made = loader(plugins)
  await made.resolve('rollup:///x')
  assert.equal(info.meta, { a: 1, b: 2 })
  await made.resolve('rollup:///x')
  assert.equal([info.hasDefaultExport, info.exports], [true, ['default', 'b']])
})

test('this.addWatchFile tells a process that is watched', async () => {
  const { path, remove } = makeProject({
    'watch.mjs': `
      import { fromRollup } from '${new URL('../../adapters/rollup.mts', import.meta.url)}'
      const { resolve } = fromRollup({ name: 'p', resolveId: () => null, load() { this.addWatchFile('./a.txt'); return '' } })
      await resolve('rollup:///x')`,
    'parent.mjs': `
      import { fork } from 'node:child_process'
      const env = { ...process.env, WATCH_REPORT_DEPENDENCIES: '1' }
      fork('./watch.mjs', { env, execArgv: [] }).on('message', (message) => {
        for (const file of message['watch:require'] ?? []) if (file?.endsWith('a.txt')) console.log(file)
      })`,
  })
  const { stdout } = await run(['parent.mjs'], { cwd: path, nodeArgs: [] })
  remove()
  assert.is(stdout.trim(), join(path, 'a.txt'))
})

test.run()
