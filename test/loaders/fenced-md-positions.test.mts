import { Script } from 'node:vm'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { transform } from '../../loaders/fenced-md/fenced-md.mts'
import { scanCodeBlocks } from '../../loaders/fenced-md/fence-scanner.mts'

const test = suite('fenced-md: positions')

const sourceOf = async (document: string) => (await transform({}, document)).source as string

/** Line and column, from 1, of `text` in a document: lines as editors count them, columns in UTF-16 code units. */
function positionOf(document: string, text: string): string {
  const lines = document.slice(0, document.indexOf(text)).split(/\r\n|\r|\n/)
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`
}

/** Line and column where V8 says that the source throws. */
function thrownAt(source: string): string | undefined {
  try {
    new Script(source, { filename: 'x.md' }).runInThisContext()
  } catch (error) {
    return /x\.md:(\d+:\d+)/.exec((error as Error).stack?.split('\n    at ')[1] ?? '')?.[1]
  }
  return undefined
}

const thrower = 'new Error'

const documents: Readonly<Record<string, string>> = {
  'a paragraph before': 'a\n\n```js\nlet a1\n  throw new Error()\n```\n',
  'a byte order mark': '\ufeff# a\n```js\nthrow new Error()\n```\n',
  'a byte order mark and a fence on the first line': '\ufeff```js\n throw new Error()\n```\n',
  'front matter': '---\ntitle: x\ntags:\n  - y\n---\n\n```js\nthrow new Error()\n```\n',
  'an indented fence': '   ```js\n     throw new Error()\n   ```\n',
  'an indented fence whose code is not': '   ```js\nthrow new Error()\n   ```\n',
  'a block quote': '> a\n>\n> ```js\n> throw new Error()\n> ```\n',
  'nested block quotes': '>>> ```js\n>>> throw new Error()\n',
  'a list item': '- a\n\n  ```js\n  throw new Error()\n  ```\n',
  'an ordered list item': '10) ```js\n    throw new Error()\n    ```\n',
  'a list in a quote in a list': '1. > - ```js\n   >   throw new Error()\n',
  'tabs in a fence': '```js\n\t\tthrow\tnew Error()\n```\n',
  "tabs as a list item's indentation": '-\t```js\n\tthrow new Error()\n\t```\n',
  'a tab that is indentation in part': '- ```js\n\tthrow new Error()\n',
  'a tab after a quote marker': '>\t```js\n>\tthrow new Error()\n',
  'astral characters before': "😀 𝒳\n\n> 😀\n\n- 😀\n\n  ```js\n  '😀'; throw new Error()\n",
  'line separators before': 'a\u2028b\u2029c\n\n```js\nthrow new Error()\n```\n',
  'a form feed and a NUL before': '\f\v\0\x85\n\n```js\nthrow new Error()\n```\n',
  'several fences': '```js\nlet s1\n```\n\n~~~sh\nthrow\n~~~\n\n~~~~mjs\nthrow new Error()\n~~~~\n',
  'an unclosed fence': '```js\nlet u1\n\nthrow new Error()',
}

for (const [name, document] of Object.entries(documents)) {
  for (const [end, lineEnd] of [
    ['LF', '\n'],
    ['CR LF', '\r\n'],
    ['CR', '\r'],
  ] as const) {
    test(`an error is at its place in the document: ${name}, ${end}`, async () => {
      const text = document.replaceAll('\n', lineEnd)
      // Names are declared once for all scripts of this test.
      const source = (await sourceOf(text)).replace(/let \w\d/, (whole) => ' '.repeat(whole.length))
      assert.is(thrownAt(source), positionOf(text, thrower))
    })
  }
}

test('an error in an ES module is at its place in the document', async () => {
  const document =
    '# 😀\r\n\r\n> - ```js\r\n>   export const x = 1\r\n>   throw new Error(`${x}`)\r\n'
  const url = `data:text/javascript;base64,${Buffer.from(await sourceOf(document)).toString('base64')}`
  const error: Error = await import(url).then(
    () => assert.unreachable(),
    (reason) => reason,
  )
  assert.match(error.stack ?? '', `:${positionOf(document, thrower)}`)
})

test('a line of code keeps its columns, without what its container has before it', async () => {
  const document = '> 1. ```js\n>    let a\n>\t let b\n>\n>      let c\n'
  assert.is(await sourceOf(document), '          \n     let a\n \t let b\n \n       let c\n')
})

test('line separators in the code stay', async () => {
  const source = await sourceOf("a\u2028b\n\n```js\nlet a = '\u2028'\n```")
  assert.is(source, "   \n\n     \nlet a = '\u2028'\n   ")
})

/** Numbers from 0 to 1, the same for the same seed. Mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const pieces = [
  '> ¦>¦- ¦-¦* ¦1. ¦2) ¦ ¦  ¦    ¦\t¦```¦```js¦~~~¦~~~ ts x¦````¦# ¦===¦---¦* * *¦<div>¦<!--¦-->¦<a b="c">',
  '[a]: b¦"t"¦x¦let a¦{¦}¦😀¦\ud83d¦é¦\u2028¦\u2029¦\f¦\0¦\ufeff¦&amp;¦\\¦`¦|',
  '\n¦\n¦\n¦\n¦\n¦\r\n¦\r\n¦\r¦\n\n¦\n```js\n¦\n```\n¦\n> ```js\n> ',
].flatMap((list) => list.split('¦'))

function randomDocument(random: () => number): string {
  let document = random() < 0.1 ? '\ufeff' : ''
  for (let length = Math.floor(random() * 40); length > 0; length--) {
    document += pieces[Math.floor(random() * pieces.length)]
  }
  return `${document}\n\n</x>\n-->?>]]></pre>\n\n~~~~~js\nz()\n~~~~~\n`
}

const lineEnds = /\r\n|\r|\n/g
const endsOf = (text: string) =>
  [...text.matchAll(lineEnds)].map(({ 0: end, index }) => `${index}${end}`)

test('whatever the document, its length and line ends stay, and each character is itself or blank', async () => {
  const random = randomNumbers(2026)
  let withCode = 0
  for (let count = 0; count < 5000; count++) {
    const document = randomDocument(random)
    const source = await transform({}, document).then(
      (result) => result.source as string,
      () => undefined,
    )
    if (source === undefined) continue
    withCode++
    assert.is(source.length, document.length, JSON.stringify(document))
    assert.equal(endsOf(source), endsOf(document), JSON.stringify(document))
    for (let at = 0; at < source.length; at++) {
      const kept = source[at] === document[at]
      if (!kept && source[at] !== ' ') assert.unreachable(JSON.stringify({ document, at }))
    }
  }
  assert.ok(withCode > 2500, `${withCode} documents have code`)
})

test('whatever the document, spans are in order, apart, and within it', () => {
  const random = randomNumbers(655)
  for (let count = 0; count < 5000; count++) {
    const document = randomDocument(random)
    const { blocks, spans } = scanCodeBlocks(document)
    let [end, nextSpan] = [0, 0]
    for (const { kind, info, firstSpan, endSpan } of blocks) {
      assert.ok(firstSpan >= nextSpan && endSpan >= firstSpan, JSON.stringify(document))
      assert.ok(kind === 'fenced' || info === '')
      for (let span = firstSpan; span < endSpan; span++) {
        const [start = -1, stop = -1, padding = -1] = [
          spans.starts[span],
          spans.ends[span],
          spans.paddings[span],
        ]
        assert.ok(
          start >= end && stop >= start && stop <= document.length,
          JSON.stringify(document),
        )
        assert.ok(padding >= 0 && padding <= 3)
        end = stop
      }
      nextSpan = endSpan
    }
  }
})

test.run()
