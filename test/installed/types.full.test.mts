/**
 * The types of the package, as whoever writes a loader in TypeScript meets them: by each way in which a compiler finds a
 * package, with the libraries checked as well. TypeScript 5.9 is among the packages of test/programs (`npm run programs`).
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeTarball } from './tarball.mts'

const test = suite('types')
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
let folder = ''

test.before(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'mimeport-types-')))
  const tarball = await makeTarball(folder)
  // Types need none of what the package depends on.
  const home = join(folder, 'project/node_modules/mimeport')
  mkdirSync(home, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '-C', home, '--strip-components=1'])
})
test.after(() => rmSync(folder, { recursive: true, force: true }))

/** A loader of someone who writes TypeScript, and who gets wrong what the types are there to tell. */
const typed = {
  'loader.mts': `
    import { LoaderError, defineLoader } from 'mimeport'
    import type { Execute, Loader, LoaderContext, TransformResult } from 'mimeport'
    import { loaderContract } from 'mimeport/contract'
    import type { Format } from 'mimeport/types'

    const loader = defineLoader({
      accepts: ['text/tab-separated-values'],
      async resolve(specifier, context) {
        const parentURL: string | undefined = context?.parentURL
        if (parentURL === undefined) throw new LoaderError('ERR_MIMEPORT_STATUS', specifier, { url: specifier })
        return new Response(specifier, { headers: { 'content-type': 'text/plain' } })
      },
      resolveRelativePath: (specifier, parentPath) => new URL(specifier, parentPath).href,
      transform(headers, body: string) {
        const type: string | undefined = headers['content-type']
        return { source: body + type, format: 'module' }
      },
    })
    const { format }: TransformResult = loader.transform({}, 'x')
    const plain: Loader = loader
    const known: Format = 'wasm'
    export const execute: Execute = (setters, { url, source }) => setters['x']?.([url, source])
    export const transform = (_headers: object, body: string, { url }: LoaderContext) => ({ source: body + url, format, known })
    for (const { name, run } of loaderContract(plain, {})) void [name.toUpperCase(), run()]
    export default loader

    // @ts-expect-error a name that the contract does not have
    defineLoader({ name: 'x', acepts: ['x/y'] })
    // @ts-expect-error no list of strings
    defineLoader({ accepts: 42 })
    // @ts-expect-error no source
    defineLoader({ accepts: ['x/y'], transform: () => ({ source: 1, format: 'module' }) })
    // @ts-expect-error no code of ours
    new LoaderError('ERR_OTHER', 'x')
    `,
  'adapters.mts': `
    import type { Loader } from 'mimeport'
    import { fromRollup } from 'mimeport/rollup'
    import type { PluginOption } from 'mimeport/rollup'
    import { toPlugin } from 'mimeport/unplugin'
    const plugin = { name: 'x', transform: (code: string) => code + code }
    const list: PluginOption = [plugin, false, [{ name: 'y', load: () => '' }]]
    export const loader: Loader = fromRollup(list, { accepts: ['text/x'], mode: 'production' })
    export const name: string = fromRollup(plugin).name + toPlugin('./loader.mjs').name
    // @ts-expect-error a plugin has a name
    fromRollup({ transform: (code: string) => code })
    // @ts-expect-error a loader's file or package, and no loader
    toPlugin(loader)
    `,
  'types.cts': `
    import type { Loader } from 'mimeport' with { 'resolution-mode': 'import' }
    export const loader: Loader = { accepts: ['x/y'], transform: (_headers, body) => ({ source: body, format: 'x/z' }) }
    `,
}

/** CommonJS may import an ES module where the compiler knows that Node lets it. */
const common = {
  'values.cts': `
    import { defineLoader } from 'mimeport'
    export const loader = defineLoader({ accepts: ['x/y'], transform: (_headers, body) => ({ source: body, format: 'x/z' }) })
    `,
}

const compilers: Readonly<Record<string, string>> = {
  'TypeScript 7': join(root, 'node_modules/typescript/bin/tsc'),
  'TypeScript 5.9': join(root, 'test/programs/node_modules/typescript/bin/tsc'),
}

const node = { lib: ['esnext'], types: ['node'] }
const web = { lib: ['esnext', 'dom'], types: [] }
const nodenext = { module: 'nodenext', moduleResolution: 'nodenext' }
const node16 = { module: 'node16', moduleResolution: 'node16' }
const bundler = { module: 'esnext', moduleResolution: 'bundler' }

/** How a compiler finds packages, and whose types `Response` and the like have. */
const settings: Readonly<Record<string, readonly [object, Readonly<Record<string, string>>]>> = {
  nodenext: [
    { ...nodenext, ...node },
    { ...typed, ...common },
  ],
  node16: [{ ...node16, ...node }, typed],
  bundler: [{ ...bundler, ...node }, typed],
  'nodenext, without @types/node': [
    { ...nodenext, ...web },
    { ...typed, ...common },
  ],
}

for (const [compiler, path] of Object.entries(compilers)) {
  for (const [name, [setting, sources]] of Object.entries(settings)) {
    const fact = `${compiler}, ${name}: they check, and say what is wrong`
    if (!existsSync(path)) {
      test.skip(fact)
      continue
    }

    test(fact, () => {
      const compilerOptions = {
        ...setting,
        target: 'esnext',
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        noEmit: true,
        typeRoots: [join(root, 'node_modules/@types')],
      }
      const cwd = join(folder, 'project')
      const config = JSON.stringify({ compilerOptions, files: Object.keys(sources) })
      for (const [file, text] of Object.entries({ ...sources, 'tsconfig.json': config })) {
        writeFileSync(join(cwd, file), text)
      }
      const options = { cwd, encoding: 'utf8' } as const
      const { stdout, status } = spawnSync(process.execPath, [path, '-p', '.'], options)
      assert.is(stdout, '')
      assert.is(status, 0)
    })
  }
}

test.run()
