/** `#!` lines. */

import * as assert from 'uvu/assert'
import { parseShebang } from '../../../loaders/shebang/command.mts'
import { identify } from '../../../loaders/shebang/shebang.mts'
import { parseMediaType } from '../../../core/media-type.mts'

export const name = 'shebang'
export const longest = 6000
export const linear = true

export const seeds = [
  '#!/usr/bin/env node\nlet x\n',
  '#!/usr/bin/env -S node --import tsx\n',
  '#!/usr/local/bin/node20 --input-type=module\nrequire("x")',
  '#!/usr/bin/env -iS A=b -u X "tsx" \'y z\'',
  '#!C:\\node.exe',
  '#!/usr/bin/env npx -y ts-node@10\n',
  '#!/usr/bin/env deno run --ext=ts\r\n',
  '#!/bin/sh\nexec node',
]

export const dictionary = [
  '#!',
  '/usr/bin/env ',
  '-S',
  '--split-string=',
  'node',
  'npx ',
  '"',
  "'",
  '=',
  '--import ',
  '\r',
]

export async function run(input: string): Promise<void> {
  const command = parseShebang(input)
  if (command !== undefined) {
    assert.ok(input.startsWith('#!'))
    const { program, words } = command
    assert.is(program, program.toLowerCase())
    assert.not.match(program, /[/\\@"']/)
    for (const word of words) assert.not.match(word, /["']/)
    // Only the first line counts.
    const end = input.search(/[\n\r\u2028\u2029]/)
    if (end !== -1) assert.equal(parseShebang(`${input.slice(0, end)}\nother text`), command)
    else if (input.length < 4000) assert.equal(parseShebang(`${input}\n`), command)
  }
  assert.is(parseShebang(` ${input}`), undefined)
  const type = await identify('file:///x', input)
  if (type !== false) assert.ok(parseMediaType(type) !== undefined, type)
  if (command === undefined) assert.is(type, false)
}
