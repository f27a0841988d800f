import { spawnSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { learnSecret } from '../../core/resource/credentials/secrets.mts'
import { canRedraw } from '../../core/report/report.mts'
import {
  byteCount,
  columnsOf,
  oneLine,
  shorten,
  withoutSecrets,
} from '../../core/report/shown-text.mts'

const test = suite('what a report shows')

// What T23 forbids: C0, DEL, C1, bidirectional controls, zero-width characters, line separators.
const forbidden =
  /[\0-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u

test('no character below U+FFFF that commands a terminal or hides text is left in a line', () => {
  for (let code = 0; code < 0x10000; code += 1) {
    assert.not(forbidden.test(oneLine(String.fromCharCode(code))), code.toString(16))
  }
})

test('a line has no end but its own', () => {
  assert.is(oneLine('a\r\nmimeport: warning: forged\tb'), 'a\\u{d}\\nmimeport: warning: forged\\tb')
})

test('text that is safe is left as it is', () => {
  const text = 'https://example.com/größe/日本語/😀.mjs?x=1#y'
  assert.is(oneLine(text), text)
})

test('what grants access in a query is hidden, and what does not is shown', () => {
  const url = 'https://h.test/x?token=abc&X-Amz-Signature=def&sig=ghi&access_key=jkl&v=1#token=mno'
  assert.is(
    withoutSecrets(url),
    'https://h.test/x?token=***&X-Amz-Signature=***&sig=***&access_key=***&v=1#token=***',
  )
  for (const plain of ['?monkey=1', '?design=2', '?keys=3', '?tokens=4']) {
    assert.is(withoutSecrets(plain), plain)
  }
})

test('user info of a URL is hidden, and what only looks like it is shown', () => {
  for (const info of ['user:canary', 'canary', 'a@b:c%40d']) {
    assert.is(withoutSecrets(`to http://${info}@h.test/x`), 'to http://***@h.test/x')
  }
  for (const plain of ['https://h.test/@scope/x', 'https://h.test/?to=a@b', 'github:a/b@main/x']) {
    assert.is(withoutSecrets(plain), plain)
  }
})

test('a secret that was sent is hidden wherever it comes back', () => {
  learnSecret('canary-7f3a')
  assert.is(oneLine('echo: canary-7f3a, canary-7f3a'), 'echo: ***, ***')
})

test('whatever may be wide counts as two columns', () => {
  assert.is(columnsOf('abc'), 3)
  assert.is(columnsOf('größe'), 5)
  assert.is(columnsOf('日本'), 4)
  assert.is(columnsOf('😀'), 2)
})

test('a text that fits is whole, and one column less shortens it in the middle', () => {
  assert.is(shorten('abcdefghijklmnop', 16), 'abcdefghijklmnop')
  assert.is(shorten('abcdefghijklmnop', 15), 'abcdef...klmnop')
})

test('a shortened text never takes more columns than there are', () => {
  for (const text of ['x'.repeat(50), '日本語'.repeat(20), '😀a'.repeat(30), 'aé日'.repeat(20)]) {
    for (let columns = 0; columns < 60; columns += 1) {
      const short = shorten(text, columns)
      assert.ok(columnsOf(short) <= columns, `${short} in ${columns}`)
      assert.not.match(short, /\p{Surrogate}/u)
    }
  }
})

test('bytes have SI prefixes, and at most three digits', () => {
  const shown = [0, 999, 1000, 9949, 9950, 999_499, 999_500, 1_234_567, 32 * 2 ** 20, 5e12]
  assert.equal(shown.map(byteCount), [
    '0 B',
    '999 B',
    '1.0 kB',
    '9.9 kB',
    '10 kB',
    '999 kB',
    '1.0 MB',
    '1.2 MB',
    '34 MB',
    '5.0 TB',
  ])
})

const onTerminal = (environment: Record<string, string>): boolean =>
  canRedraw({ TERM: 'xterm', ...environment }, () => true)

test('a terminal is drawn on', () => {
  assert.ok(onTerminal({}))
  assert.ok(onTerminal({ CI: '' }))
  assert.ok(onTerminal({ CI: 'false' }))
  assert.ok(onTerminal({ NO_COLOR: '1' }))
})

test('what is no terminal, a dumb one, and a service that builds are not drawn on', () => {
  assert.not(canRedraw({ TERM: 'xterm' }, () => false))
  assert.not(onTerminal({ TERM: 'dumb' }))
  assert.not(onTerminal({ CI: '1' }))
  assert.not(onTerminal({ CI: 'true' }))
})

test('where the terminal does not say how wide it is COLUMNS does, and else it is 80', () => {
  const module = new URL('../../core/report/terminal.mts', import.meta.url).href
  const program = `
    const { terminalColumns } = await import(${JSON.stringify(module)})
    console.log(...['120', undefined, '0', 'x'].map((COLUMNS) => terminalColumns({ COLUMNS })))`
  // Its stderr is a pipe.
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  })
  assert.is(stdout, '120 80 80 80\n')
})

test.run()
