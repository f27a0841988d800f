import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pageOf } from '../../core/engine/page.mts'

const test = suite('response page')

const page = (body: string | Uint8Array, contentType: string | undefined = 'text/html') =>
  pageOf({
    statusCode: 200,
    headers: contentType === undefined ? {} : { 'content-type': contentType },
    body: typeof body === 'string' ? Buffer.from(body) : body,
  })?.name

test('a page is told by its Content-Type, and by no other', () => {
  for (const contentType of ['text/html', 'TEXT/HTML;charset=x', 'application/xhtml+xml']) {
    assert.is(page('<title>A</title>', contentType), "the HTML page 'A'")
  }
  for (const contentType of ['text/plain', 'text/javascript', '', 'text/xml']) {
    assert.is(page('<title>A</title>', contentType), undefined)
  }
  assert.is(pageOf({ statusCode: 200, headers: {}, body: new Uint8Array() }), undefined)
})

test('its title is on one line, escaped, of 100 characters at most', () => {
  const table: readonly [html: string, said: string][] = [
    ['<title>\n  Two\t\twords </title>', "the HTML page 'Two words'"],
    ['<TITLE id="a">A</Title >', "the HTML page 'A'"],
    ['<title>\u001b[2J\u202eA</title>', "the HTML page '\\u{1b}[2J\\u{202e}A'"],
    [`<title>${'\u{1f600}'.repeat(100)}</title>`, `the HTML page '${'\u{1f600}'.repeat(100)}'`],
    [`<title>${'\u{1f600}'.repeat(101)}</title>`, `the HTML page '${'\u{1f600}'.repeat(100)}…'`],
  ]
  for (const [html, said] of table) assert.is(page(html), said, html)
})

test('without a title it is a page all the same', () => {
  for (const html of [
    '',
    '<p>',
    '<title>',
    '<title>A',
    '<title></title>',
    '<title',
    '<title> </title>',
  ]) {
    assert.is(page(html), 'an HTML page', html)
  }
})

test('its charset counts, and a wrong one does not hurt', () => {
  const bytes = Buffer.from('<title>caf\xe9</title>', 'latin1')
  assert.is(page(bytes, 'text/html;charset=iso-8859-1'), "the HTML page 'caf\u00e9'")
  assert.is(page(bytes, 'text/html;charset=klingon'), "the HTML page 'caf\ufffd'")
})

test('8 MB of the beginnings of titles are read once', () => {
  for (const part of ['<title', '<title>', '</title>', '<title></titl', ' ']) {
    const body = Buffer.from(part.repeat(8_000_000 / part.length))
    assert.ok(page(body)?.includes('HTML page'), part)
  }
})

test.run()
