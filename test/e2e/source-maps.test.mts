/** Errors are where their originals are: by line and column, from everywhere, in every format, through every step. */

import { fileURLToPath } from 'node:url'
import { transform } from 'esbuild'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run } from '../support/spawn.mts'
import type { GitHub } from '../support/github.mts'
import type { Project } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('source maps')
const instrumenter = fileURLToPath(new URL('../support/instrumenter.mts', import.meta.url))

/** Functions that throw, each at a place of its own. `enum` is what has to be compiled. */
const body = (fn: (name: string) => string, isCompiled: boolean) =>
  `\
type Text = string
${isCompiled ? 'enum Kind { A, B = "é 😀" }' : 'interface Kind { a: 1 }'}
${fn('at0')} throw new Error('0') }

${fn('at1')} const a = [1, 2].map((each: number) => each + 1) as number[]; if (a.length > 1) throw new Error(String(a) as Text) }
${fn('at2')}
\tconst text: Text = "日本語 😀"; throw new Error(\`
\${text}\`)
}
${fn('at3')} class Inner { constructor(private value: number) { throw new Error('3') } }; new Inner(3) }
`.replaceAll('private value', isCompiled ? 'private value' : 'value')

const asModule = (isCompiled: boolean) =>
  body((name) => `export function ${name}(): void {`, isCompiled)
const asCommonJS = (isCompiled: boolean) =>
  body((name) => `exports.${name} = function ${name}(): void {`, isCompiled)
const inDocument = (text: string, language: string) =>
  `# Títle 😀\n\nprose\n\n\`\`\`${language}\n${text}\`\`\`\n`

/** Where the `new Error`s of a text are, in the order of their functions. */
const expected = (text: string) =>
  [...text.matchAll(/new Error/g)].map(({ index }) => {
    const before = text.slice(0, index)
    return `${before.split('\n').length}:${index - before.lastIndexOf('\n')}`
  })

/** A text as somebody else's compiler has left it: with its map inside. */
async function compiled(text: string, format: 'cjs' | 'esm'): Promise<string> {
  const { code } = await transform(text, {
    loader: 'ts',
    format,
    sourcefile: 'src/original.ts',
    sourceRoot: '../lib/',
    sourcemap: 'inline',
    minifyWhitespace: true,
    banner: '/* somebody */ ',
  })
  return code
}

interface Program {
  readonly what: string
  readonly name: string
  /** For servers and `data:`. */
  readonly mediaType: string
  readonly text: string
  /** The text that positions are in. */
  readonly original: string
  /** The original's URL, relative to the module's; the module itself when left out. */
  readonly source?: string
  readonly isCommonJS: boolean
  /** What Node would load by itself: a file, or of a `data:` URL. */
  readonly isNative?: boolean
}

async function programs(): Promise<Program[]> {
  const all: Program[] = []
  for (const isCommonJS of [false, true]) {
    const text = isCommonJS ? asCommonJS : asModule
    const letter = isCommonJS ? 'c' : 'm'
    const goal = isCommonJS ? ';goal=commonjs' : ';goal=module'
    const add = (what: string, name: string, mediaType: string, original: string, more = {}) =>
      all.push({ what, name, mediaType, text: original, original, isCommonJS, ...more })
    add('compiled', `compiled.${letter}ts`, `application/typescript${goal}`, text(true))
    add('erased', `erased.${letter}ts`, `application/typescript${goal}`, text(false))
    for (const isCompiled of [true, false]) {
      const document = inDocument(text(isCompiled), `${letter}ts`)
      add('in Markdown', `fenced-${isCompiled}.${letter}ts.md`, 'text/markdown', document)
    }
    const upstream = {
      text: await compiled(text(true), isCommonJS ? 'cjs' : 'esm'),
      source: 'lib/src/original.ts',
    }
    const javascript = isCommonJS ? 'application/node' : 'text/javascript'
    add('compiled upstream', `deep/up.${letter}js`, javascript, text(true), {
      ...upstream,
      isNative: true,
    })
    const typescript = `application/typescript${goal}`
    add('compiled upstream and here', `deep/up.${letter}ts`, typescript, text(true), {
      ...upstream,
      text: upstream.text.replace(/\n(?=\/\/#)/, '\nenum Here { A }\n'),
    })
  }
  return all
}

let all: Program[]
let github: GitHub
let project: Project
let server: TestServer

test.before(async () => {
  all = await programs()
  const files = Object.fromEntries(all.map(({ name, text }) => [name, text]))
  github = await startGitHub({ repos: { 'o/r': { files } } })
  server = await startServer()
  await server.set(
    Object.fromEntries(
      all.map(({ name, mediaType, text }) => [
        `/${name}`,
        { headers: { 'content-type': mediaType }, body: text },
      ]),
    ),
  )
  project = makeProject({
    ...files,
    'app.mjs': `
      import { createRequire } from 'node:module'
      const require = createRequire(import.meta.url)
      const placeOf = (work) => {
        try { work() } catch (error) {
          const frame = error.stack.split('\\n').find((line) => /^    at /.test(line))
          return /^    at (?:.*\\()?(?:file:\\/\\/)?(.*?)\\)?$/.exec(frame)[1]
        }
      }
      const results = []
      for (const [specifier, isCommonJS] of JSON.parse(process.argv[2])) {
        const ways = [await import(specifier)]
        if (isCommonJS) ways.push(require(specifier))
        results.push(ways.map((module) => [0, 1, 2, 3].map((each) => placeOf(module['at' + each]))))
      }
      console.log(JSON.stringify(results))`,
    'with/mimeport.json': JSON.stringify({ loaders: [instrumenter] }),
  })
})
test.after(async () => {
  project.remove()
  await Promise.all([github.stop(), server.stop()])
})

const dataURL = ({ mediaType, text }: Program) =>
  `data:${mediaType};base64,${Buffer.from(text).toString('base64')}`

/** By the source's name: the specifier, and the base of the frames' names. */
const sources: Readonly<Record<string, (program: Program, commit: string) => [string, string]>> = {
  file: ({ name }) => [`./${name}`, `${project.path}/${name}`],
  http: ({ name }) => [`${server.url}/${name}`, `${server.url}/${name}`],
  github: ({ name }, commit) => [`github:o/r/${name}`, `github://o/r@${commit}/${name}`],
  data: (program) => [dataURL(program), dataURL(program)],
}

for (const from of Object.keys(sources)) {
  for (const isInstrumented of [false, true]) {
    test(`from ${from}${isInstrumented ? ', instrumented' : ''}`, async () => {
      const commit = await github.commit('main')
      // What Node loads by itself it also maps by itself; what is a `data:` URL, not at all.
      const own = all.filter(({ isNative, mediaType }) => {
        if (isNative !== true) return true
        if (from === 'data') return mediaType !== 'text/javascript'
        return from !== 'file' || isInstrumented
      })
      const places = own.map((program) => sources[from]!(program, commit))
      const list = JSON.stringify(
        places.map(([specifier], index) => [specifier, own[index]!.isCommonJS]),
      )
      const env = isInstrumented ? { MIMEPORT_CONFIG: 'with/mimeport.json' } : {}
      const { stdout, stderr } = await run(['app.mjs', list], {
        cwd: project.path,
        env: { ...github.env, ...env },
      })
      assert.is(stderr, '')
      const results = JSON.parse(stdout) as string[][][]
      for (const [index, ways] of results.entries()) {
        const { what, name, original, source, isCommonJS } = own[index]!
        const base = places[index]![1]
        // A data: URL is no base: what is relative to it has a name of its own.
        const url =
          source === undefined
            ? base
            : from === 'data'
              ? `source:///${source}`
              : base.replace(/\/deep\/.*$/, `/${source}`)
        const frames = expected(original).map((each) => `${url}:${each}`)
        assert.is(ways.length, isCommonJS ? 2 : 1)
        for (const way of ways) assert.equal(way, frames, `${what}: ${name}`)
      }
      assert.is(results.length, own.length)
    })
  }
}

test.run()
