import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { LoaderError } from '../../core/errors.mts'
import { pinsTheSame } from '../../core/lock/entry.mts'
import { parseLock, printLock } from '../../core/lock/lock-file.mts'
import { denied, passed } from '../threats/record.mts'
import { commit, lockText, lockedModule, sampleLock } from '../support/lock.mts'
import { assertLinear } from '../support/growth.mts'
import type { LockEntries, LockEntry } from '../../core/lock/entry.mts'

const test = suite('lock file')

const text = printLock(sampleLock())

function failureOf(lock: string): LoaderError | undefined {
  try {
    parseLock(lock, '/p/mimeport.lock')
    return undefined
  } catch (error) {
    assert.instance(error, LoaderError)
    assert.is((error as LoaderError).code, 'ERR_MIMEPORT_LOCK')
    return error as LoaderError
  }
}

test('a lock is JSON: a line for each entry, sorted, and the version last', () => {
  const lines = text.split('\n')
  assert.is(lines[0], '{')
  assert.equal(lines.slice(-3), ['  "version": 1', '}', ''])
  assert.is(lines.length, sampleLock().size + 4)
  assert.ok(lines.slice(1, -3).every((line) => line.endsWith('},')))
  assert.equal(lines.slice(1, -3), lines.slice(1, -3).toSorted())
  assert.equal(Object.keys(JSON.parse(text)), [...sampleLock().keys()].toSorted().concat('version'))
})

test('what is printed is read as it was', () => {
  assert.equal(new Map(parseLock(text, 'x')), new Map([...sampleLock()].sort()))
  assert.is(printLock(parseLock(text, 'x')), text)
  assert.is(parseLock(lockText(), 'x').size, 0)
})

test('a new entry changes no other line', () => {
  for (const key of ['aaa:first', 'https://esm.sh/acorn@8.1', 'zzz:last']) {
    const more = printLock(new Map([...sampleLock(), [key, lockedModule('x')]])).split('\n')
    assert.equal(more.filter((line) => !text.split('\n').includes(line)).length, 1)
  }
})

test('what looks like something else is printed as ASCII', () => {
  const key = 'github:o/r@HEAD/\u202egnp.mjs'
  const printed = lockText({ [key]: lockedModule('') })
  assert.match(printed, '"github:o/r@HEAD/\\u202egnp.mjs"')
  assert.ok(parseLock(printed, 'x').has(key))
})

test('line ends of Windows, a byte-order mark, blanks and empty lines mean nothing', () => {
  for (const same of [
    text.replaceAll('\n', '\r\n'),
    `\ufeff${text}`,
    text.trimEnd(),
    text.replaceAll('\n', '\n\n'),
    text.replaceAll('\n  ', '\n\t'),
    text.replaceAll(',\n', ', \t\n'),
  ]) {
    assert.is(printLock(parseLock(same, 'x')), text)
    passed('T15')
  }
})

const line = text.split('\n')[1]!
const module = text.split('\n').find((each) => each.startsWith('  "https://esm.sh/acorn@8.14.0'))!
const digest = lockedModule('export {}').integrity

function edited(from: string, to: string): string {
  assert.ok(text.includes(from), from)
  return text.replace(from, to)
}

/** Kinds of damage: the text, the line that the error names, and what it says of it. */
const mutants: Readonly<Record<string, readonly [lock: string, line: number, said: RegExp]>> = {
  'the hash removed': [edited(`"integrity":"${digest}",`, ''), 5, /'integrity' is missing/],
  'the hash empty': [edited(digest, ''), 5, /'integrity' must be 'sha256-' and a digest/],
  'the hash weakened to SHA-1': [
    edited(digest, 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk='),
    5,
    /'integrity' must be 'sha256-'.*sha1-/,
  ],
  'the hash weakened to MD5': [edited(digest, 'md5-1B2M2Y8AsgTpgAmY7PhCfg=='), 5, /md5-/],
  'the hash cut short': [edited(digest, digest.slice(0, 20)), 5, /no whole SHA-256 digest/],
  'the hash longer than one': [edited(digest, `${digest}=`), 5, /no whole SHA-256 digest/],
  'the hash in another alphabet': [
    edited(digest, digest.replace(/.{3}=$/, '_-A=')),
    5,
    /no whole SHA-256 digest/,
  ],
  'an unknown algorithm': [edited(digest, 'blake3-abc'), 5, /'integrity' must be 'sha256-'/],
  'two digests': [edited(digest, `${digest} ${digest}`), 5, /no whole SHA-256 digest/],
  'the hash a number': [edited(`"${digest}"`, '1'), 5, /'integrity' must be a string.*number/],
  'the hash null': [edited(`"${digest}"`, 'null'), 5, /'integrity' must be a string/],
  'the type removed': [edited('"type":"text/markdown",', ''), 3, /'type' is missing/],
  'the type malformed': [edited('text/markdown', 'markdown'), 3, /'type' must be a media type/],
  'the type in another spelling': [edited('text/markdown', 'Text/Markdown'), 3, /'type' must be/],
  'a type for text': [
    edited(
      '"format":"module"},\n  "version"',
      '"type":"text/plain","format":"module"},\n  "version"',
    ),
    7,
    /'type' has no place in what is imported as text/,
  ],
  'an unknown format': [edited('"format":"json"', '"format":"script"'), 6, /'format' must be/],
  'the format removed': [edited(',"format":"json"', ''), 6, /'format' must be a string/],
  'an unknown field': [
    edited('"format":"json"', '"format":"json","trust":true'),
    6,
    /no field 'trust'/,
  ],
  '__proto__ in an entry': [
    edited('"format":"json"', '"format":"json","__proto__":{"integrity":""}'),
    6,
    /no field '__proto__'/,
  ],
  '__proto__ as a key': [
    edited('"https://esm.sh/acorn@8":', '"__proto__":'),
    4,
    /'__proto__': it is no/,
  ],
  'constructor as a key': [
    edited('"https://esm.sh/acorn@8":', '"constructor":'),
    4,
    /it is no specifier/,
  ],
  'a key twice': [text.replace(module, `${module}\n${module}`), 6, /there twice, in line 5/],
  'a key twice, with other content': [
    text.replace(module, `${module}\n${module.replace('"module"', '"commonjs"')}`),
    6,
    /there twice, in line 5/,
  ],
  'a field twice': [
    edited(
      `"integrity":"${digest}"`,
      `"integrity":"${lockedModule('').integrity}","integrity":"${digest}"`,
    ),
    5,
    /a field twice/,
  ],
  'a key with an escape': [
    edited('"https://esm.sh/acorn@8":', '"https://esm.sh/\\u0061corn@8":'),
    4,
    /not written/,
  ],
  'a key in another spelling': [
    edited('"https://esm.sh/acorn@8":', '"HTTPS://ESM.SH/acorn@8":'),
    4,
    /one spelling/,
  ],
  'a key of a file': [
    edited('"https://esm.sh/acorn@8":', '"file:///etc/passwd":'),
    4,
    /of the network/,
  ],
  'a key that is relative': [
    edited('"https://esm.sh/acorn@8":', '"./acorn":'),
    4,
    /of the network/,
  ],
  'a redirect to a file': [
    edited('https://esm.sh/acorn@8.14.0/es2022/acorn.mjs"}', 'file:///etc/passwd"}'),
    4,
    /'location' must be an address in the network/,
  ],
  'a redirect to data:': [
    edited('https://esm.sh/acorn@8.14.0/es2022/acorn.mjs"}', 'data:text/javascript,1"}'),
    4,
    /'location' must be/,
  ],
  'a redirect that is relative': [
    edited('https://esm.sh/acorn@8.14.0/es2022/acorn.mjs"}', '/x"}'),
    4,
    /'location' must be/,
  ],
  'a redirect of no redirect': [edited('"status":302', '"status":200'), 4, /'status' must be/],
  'a status as a text': [edited('"status":302', '"status":"302"'), 4, /'status' must be/],
  'a redirect that is a module, too': [
    edited('"status":302,', `"integrity":"${digest}","status":302,`),
    4,
    /a redirect has no field 'integrity'/,
  ],
  'a commit that is none': [
    edited(`"commit":"${commit}"`, '"commit":"main"'),
    2,
    /'commit' must be/,
  ],
  'a commit without its ref': [edited(',"ref":"refs/heads/main"', ''), 2, /'ref' must be a string/],
  'an entry that is null': [
    text.replace(module, '  "https://a.example/x": null,'),
    5,
    /must be an object/,
  ],
  'an entry that is a list': [
    text.replace(module, '  "https://a.example/x": [],'),
    5,
    /must be an object/,
  ],
  'imports that are no keys': [
    edited('["https://esm.sh/acorn@8",', '["acorn",'),
    3,
    /'imports' must be a list/,
  ],
  'imports that are no list': [
    text.replace(/"imports":\[.*?\]/, '"imports":"https://esm.sh/acorn@8"'),
    3,
    /'imports' must be a list/,
  ],
  'imports that are numbers': [
    text.replace(/"imports":\[.*?\]/, '"imports":[1]'),
    3,
    /'imports' must be/,
  ],
  'a newer version': [edited('"version": 1', '"version": 2'), 8, /'version' must be 1. Received 2/],
  'the version as a text': [edited('"version": 1', '"version": "1"'), 8, /'version' must be 1/],
  'the version first': [`{\n  "version": 1,\n${text.slice(2)}`, 2, /'version' must be 1/],
  'no version': [edited('  "version": 1\n', ''), 8, /it is no entry|a comma/],
  'conflict markers': [
    text.replace(line, `<<<<<<< HEAD\n${line}\n=======\n>>>>>>> other`),
    2,
    /a merge has left it with conflicts: keep the lines of both sides/,
  ],
  'markers of diff3': [text.replace(line, `${line}\n||||||| base\n`), 3, /conflicts/],
  'a comma missing': [text.replace(`${line}\n`, `${line.slice(0, -1)}\n`), 2, /a comma is missing/],
  'two entries on a line': [text.replace(`${line}\n`, line), 2, /a field twice, or is not written/],
  'an entry on two lines': [
    text.replace('{"status":302,', '{\n"status":302,'),
    4,
    /a comma is missing|no entry/,
  ],
  'JSON in another layout': [JSON.stringify(JSON.parse(text)), 1, /must begin with a line '\{'/],
  'more after its end': [`${text}{}\n`, 10, /something follows its end/],
  'a comment': [text.replace(line, `// locked\n${line}`), 2, /a comma is missing|no entry/],
  nothing: ['', 0, /cut short/],
  'cut in the middle': [text.slice(0, text.length / 2), 0, /a comma|no entry|cut short/],
  'cut before its last line': [text.slice(0, -2), 8, /cut short/],
}

for (const [kind, [mutant, number, said]] of Object.entries(mutants)) {
  test(`a lock is refused for ${kind}, naming the line`, () => {
    const failure = failureOf(mutant)
    assert.ok(failure, 'it was read')
    assert.match(failure.message, "Cannot use the lock '/p/mimeport.lock': line ")
    assert.match(failure.message, said)
    if (number > 0) assert.match(failure.message, `line ${number}: `)
    denied('T15', kind)
  })
}

test('there are more than 25 kinds of damage', () => {
  assert.ok(Object.keys(mutants).length >= 25)
})

/** A generator with a seed: mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const alphabet = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\n',
  ' ',
  '\\',
  '0',
  '1',
  'a',
  'A',
  '=',
  '/',
  '-',
  '\0',
  'é',
  '\u202e',
]

/** A random edit: characters removed, replaced, put in, doubled, or lines swapped, dropped or doubled. */
function editOf(lock: string, random: () => number): string {
  const at = Math.floor(random() * lock.length)
  const size = 1 + Math.floor(random() ** 3 * 80)
  const piece = alphabet[Math.floor(random() * alphabet.length)]!
  const lines = lock.split('\n')
  const one = Math.floor(random() * lines.length)
  const other = Math.floor(random() * lines.length)
  switch (Math.floor(random() * 7)) {
    case 0:
      return lock.slice(0, at) + lock.slice(at + size)
    case 1:
      return lock.slice(0, at) + piece + lock.slice(at + 1)
    case 2:
      return lock.slice(0, at) + piece + lock.slice(at)
    case 3:
      return lock.slice(0, at) + lock.slice(at, at + size) + lock.slice(at)
    case 4:
      return lines.toSpliced(one, 1).join('\n')
    case 5:
      return lines.toSpliced(one, 0, lines[other]!).join('\n')
    default:
      return lines.with(one, lines[other]!).with(other, lines[one]!).join('\n')
  }
}

/**
 * What a program that ran before does with this lock, frozen: each module is what it was, or is refused. A key or a redirect
 * that is gone is refused as new, a digest, a type or a format that is another as a mismatch.
 */
function outcomeOf(before: LockEntries, after: LockEntries): 'same' | 'refused' {
  const isSame = [...before].every(([key, entry]) => {
    const now = after.get(key)
    return now !== undefined && pinsTheSame(entry, now)
  })
  return isSame ? 'same' : 'refused'
}

test('10,000 random edits: refused, or of the same meaning, or what they pin is not met', () => {
  const before = sampleLock()
  const random = randomOf(20_261_120)
  const counts = { lock: 0, same: 0, refused: 0 }
  const prototype = Object.getOwnPropertyNames(Object.prototype).join()
  for (let index = 0; index < 10_000; index++) {
    let mutant = text
    for (let edits = 1 + Math.floor(random() * 2); edits > 0; edits--)
      mutant = editOf(mutant, random)
    let after: LockEntries
    try {
      after = parseLock(mutant, '/p/mimeport.lock')
    } catch (error) {
      assert.is((error as LoaderError).code, 'ERR_MIMEPORT_LOCK', mutant)
      assert.match((error as LoaderError).message, /line \d+: /)
      counts.lock += 1
      continue
    }
    // What was read is exactly what would be written: nothing of the text was ignored.
    assert.equal(
      [...parseLock(printLock(after), 'x')],
      [...after].sort(([a], [b]) => (a < b ? -1 : 1)),
    )
    for (const entry of after.values()) assertWhole(entry)
    counts[outcomeOf(before, after)] += 1
  }
  assert.is(Object.getOwnPropertyNames(Object.prototype).join(), prototype)
  assert.ok(counts.lock > 7_000, JSON.stringify(counts))
  denied('T15', 'random edits', counts.lock + counts.refused)
  passed('T15', 'random edits of no meaning', counts.same)
  passed('T22')
})

/** An entry that was read checks something. */
function assertWhole(entry: LockEntry): void {
  if ('location' in entry) assert.match(entry.location, /^(?!file:|data:)[a-z][a-z\d+.-]+:/)
  else assert.match(entry.integrity, /^sha256-[A-Za-z\d+/]{43}=$/)
}

test('reading takes time in proportion to the size, whatever the text', async () => {
  const many = (count: number) =>
    lockText(
      new Map(
        Array.from({ length: count }, (_, i) => [
          `https://a.example/${i}.mjs`,
          lockedModule(`${i}`),
        ]),
      ),
    )
  const shapes: ((size: number) => string)[] = [
    (size) => many(size / 150),
    (size) => `{\n${' '.repeat(size)}x`,
    (size) => `{\n"${'a'.repeat(size)}`,
    (size) => `{\n${'['.repeat(size)},\n`,
    (size) => '\n'.repeat(size),
    (size) => `{\n${'\r'.repeat(size)},`,
    (size) => `{\n"https://a.example/x": {"integrity":"sha256-${'A'.repeat(size)}"},\n`,
  ]
  for (const shape of shapes) {
    const texts = new Map([500_000, 4_000_000].map((size) => [size, shape(size)]))
    const read = (size: number) => failureOf(texts.get(size)!)
    await assertLinear(read, [500_000, 4_000_000], String(shape))
  }
})

test.run()
