import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { accepts, extensionMimeMap, name, transform } from '../../loaders/fenced-md/fenced-md.mts'
import { scanCodeBlocks } from '../../loaders/fenced-md/fence-scanner.mts'
import { rejects } from '../support/rejects.mts'
import type { LoaderContext } from '../../core/types.mts'

const test = suite('fenced-md')

const contextOf = (url: string): LoaderContext => ({
  url,
  specifier: url,
  parentURL: undefined,
  importAttributes: {},
  conditions: ['node', 'import'],
  accept: '*/*',
  signal: new AbortController().signal,
})

/** The source of a document, and its media type. */
async function take(document: string, url = 'file:///x.md') {
  const { source, format } = await transform({}, document, contextOf(url))
  return { source: source as string, format }
}

const fence = (info: string, code = 'x()') => `\`\`\`${info}\n${code}\n\`\`\`\n`

const run = (source: string) =>
  import(`data:text/javascript;base64,${Buffer.from(source).toString('base64')}`)

test('has the name of its folder, and claims Markdown', () => {
  assert.is(name, 'fenced-md')
  assert.equal(accepts, ['text/markdown'])
  assert.equal(new Set(Object.values(extensionMimeMap)), new Set(['text/markdown']))
  assert.equal(
    Object.keys(extensionMimeMap).join(' '),
    '.js.md .mjs.md .cjs.md .jsx.md .ts.md .mts.md .cts.md .tsx.md .md .markdown',
  )
})

test('fences are joined in place, in order', async () => {
  const { source } = await take(`# A\n\n${fence('js', 'let a = 1')}b\n${fence('js', 'a++')}`)
  assert.is(source, '   \n\n     \nlet a = 1\n   \n \n     \na++\n   \n')
})

test('names of JavaScript and TypeScript count, and file names with their extensions', async () => {
  const words =
    'js javascript mjs cjs node jsx ecmascript es ts typescript mts cts tsx JS TypeScript'
  const files =
    'x.js src/x.mts ./a.b.tsx X.CJS x.mjs x.jsx x.ts x.cts /x.js a\\.js a&period;js j&#115;'
  for (const word of `${words} ${files}`.split(' ')) {
    for (const info of [word, `  ${word} title="x" {1}`, `${word}\tx`]) {
      assert.match((await take(fence(info))).source, 'x()', info)
    }
  }
})

test('other info strings do not count', async () => {
  const words = 'json jsonc sh jss x.es x.node x.js.map xjs js{1} {.js} js,x x/js text'
  for (const word of [...words.split(' '), '', 'a js', '&#32;js', `${'x'.repeat(5000)}.js`]) {
    await rejects(take(fence(word)), 'ERR_MIMEPORT_INVALID_BODY')
  }
})

test('indented code does not count', async () => {
  await rejects(take('    js\n'), 'ERR_MIMEPORT_INVALID_BODY')
})

test('the extension and the fences decide the media type together', async () => {
  const javascript = 'text/javascript'
  const typescript = 'application/typescript'
  const table: readonly (readonly [extension: string, infos: string, type: string])[] = [
    ['.md', 'js', javascript],
    ['.md', 'js ts', typescript],
    ['.md', 'ts js', typescript],
    ['.md', 'jsx js', 'text/jsx'],
    ['.md', 'jsx ts', 'text/tsx'],
    ['.md', 'js tsx', 'text/tsx'],
    ['.md', 'cjs', 'application/node'],
    ['.md', 'cjs x.cjs', 'application/node'],
    ['.md', 'cjs js', javascript],
    ['.md', 'cjs mjs', javascript],
    ['.md', 'mjs', javascript],
    ['.md', 'cts', `${typescript}; goal=commonjs`],
    ['.md', 'cts cjs', `${typescript}; goal=commonjs`],
    ['.md', 'cts ts', typescript],
    ['.md', 'mts ts', `${typescript}; goal=module`],
    ['.markdown', 'js', javascript],
    ['.js.md', 'js', javascript],
    ['.js.md', 'ts', typescript],
    ['.mjs.md', 'js', javascript],
    ['.mjs.md', 'cjs', javascript],
    ['.mjs.md', 'ts', `${typescript}; goal=module`],
    ['.cjs.md', 'js', 'application/node'],
    ['.cjs.md', 'mjs', 'application/node'],
    ['.cjs.md', 'ts', `${typescript}; goal=commonjs`],
    ['.cjs.md', 'jsx', 'text/jsx; goal=commonjs'],
    ['.CJS.MD', 'js', 'application/node'],
    ['.cjs.markdown', 'js', 'application/node'],
    ['.ts.md', 'js', typescript],
    ['.ts.md', 'jsx', 'text/tsx'],
    ['.mts.md', 'js', `${typescript}; goal=module`],
    ['.cts.md', 'js', `${typescript}; goal=commonjs`],
    ['.tsx.md', 'js', 'text/tsx'],
    ['.jsx.md', 'js', 'text/jsx'],
    ['.jsx.md', 'ts', 'text/tsx'],
    ['.cjs', 'js', javascript],
    ['.xyz.md', 'js', javascript],
  ]
  for (const [extension, infos, type] of table) {
    const document = infos
      .split(' ')
      .map((info) => fence(info))
      .join('\n')
    for (const tail of ['', '?x=.tsx.md', '#.tsx.md']) {
      const { format } = await take(document, `https://host/a%20b/x${extension}${tail}`)
      assert.is(format, type, `${extension} with ${infos}`)
    }
  }
})

test('the code decides where no name does', async () => {
  const commonjs = fence('js', 'module.exports = 1')
  assert.is((await take(commonjs)).format, 'application/node')
  assert.is((await take(commonjs, 'file:///x.js.md')).format, 'application/node')
  assert.is((await take(commonjs, 'file:///x.mjs.md')).format, 'text/javascript')
  assert.is((await take(`${commonjs}\n${fence('js', 'export {}')}`)).format, 'text/javascript')
  // What the prose says of `require()` does not count.
  assert.is((await take(`Use require('x').\n\n${fence('js')}`)).format, 'text/javascript')
})

test('a document without a URL, or with one that is no path, is judged by its fences', async () => {
  assert.is((await transform({}, fence('js'))).format, 'text/javascript')
  assert.is((await take(fence('js'), 'data:text/markdown,x.cjs.md')).format, 'text/javascript')
  assert.is((await take(fence('js'), 'no URL.cjs.md')).format, 'text/javascript')
})

test('a document without code is refused, and what it has is listed', async () => {
  const document = `${fence('sh')}\n${fence('')}\n    x\n\n${fence('json x')}\n${fence('sh')}`
  const error = await rejects(take(document, 'https://host/x.md'), 'ERR_MIMEPORT_INVALID_BODY')
  assert.is(error['url'], 'https://host/x.md')
  assert.is(
    error.message,
    "Cannot take code out of 'https://host/x.md': no fence's info string begins with a name of JavaScript or " +
      'TypeScript (js, mjs, cjs, jsx, ts, mts, cts, tsx, javascript, node, ecmascript, es, typescript) or a file ' +
      "name with such an extension; found 'sh', a fence without a language, indented code, 'json'",
  )
})

test('an error lists no more than ten info strings, each cut and escaped', async () => {
  const many = Array.from({ length: 12 }, (_, index) => fence(`\u001b${index}${'x'.repeat(99)}`))
  const { message } = await rejects(take(many.join('\n')), 'ERR_MIMEPORT_INVALID_BODY')
  assert.is(message.match(/'\\u\{1b\}\d{1,2}x{37,38}'/g)?.length, 10)
  assert.not.match(message, '\u001b')
  assert.match((await rejects(take('# x'))).message, /; found no code block$/)
})

test('an empty fence is an empty module', async () => {
  assert.equal(await take('```js\n```\n'), { source: '     \n   \n', format: 'text/javascript' })
})

test('the example of the README works', async () => {
  const readme = readFileSync(
    join(import.meta.dirname, '../../loaders/fenced-md/README.md'),
    'utf8',
  )
  const { blocks, spans } = scanCodeBlocks(readme)
  const example = blocks.find(({ info }) => info === 'md')
  assert.ok(example)
  const document = readme.slice(spans.starts[example.firstSpan], spans.ends[example.endSpan - 1])
  const { hello } = await run((await take(document, 'file:///greet.mjs.md')).source)
  assert.is(hello(), 'Hello, world!')
})

test.run()
