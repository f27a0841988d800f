import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { transform } from '../../loaders/fenced-md/fenced-md.mts'
import { denied, passed } from '../threats/record.mts'

const test = suite('fenced-md: hostile documents')

const MB = 1_000_000
const fence = '\n\n```js\nlet x\n```\n'

/** A document of about `size` characters: `unit` again and again, between `before` and `after`. */
function run(unit: string, before = '', after = fence): (size: number) => string {
  return (size) => before + unit.repeat(Math.ceil(size / unit.length)) + after
}

/** Half of a document of about `size` characters opens containers on one line, the other half is short lines. */
function deep(opener: string, text: string, line: string): (size: number) => string {
  return (size) => run(opener, '', `${text}\n`)(size / 2) + run(line)(size / 2)
}

/** Lines that open and follow ever more containers. */
function staircase(step: string, text: string): (size: number) => string {
  return (size) => {
    let document = ''
    for (let depth = 0; document.length < size; depth++)
      document += `${step.repeat(depth)}${text}\n`
    return document + fence
  }
}

/** A thousand quotes around a fence, line after line. */
const quotes = '> '.repeat(1000)

const documents: Readonly<Record<string, readonly [size: number, make: (size: number) => string]>> =
  {
    'block quotes a thousand deep around a fence': [
      4 * MB,
      run(`${quotes}x\n`, `${quotes}\`\`\`js\n`),
    ],
    'block quotes deeper and deeper on one line, then a fence': [2 * MB, run('> ', '', '```js\nx')],
    'block quote markers without a space': [2 * MB, run('>', '', '\n\n```js\nx')],
    'list markers on one line, then a fence': [2 * MB, run('- ', '', '```js\nx')],
    'list markers on one line, then short lines': [MB, deep('- ', 'x', 'b\n')],
    'list markers on one line, then blank lines': [MB, deep('- ', 'x', '\n')],
    'a fence in deep lists, then blank lines in it': [MB, deep('- ', '```js', '\n')],
    'list markers on one line, then lines in the first item': [MB, deep('- ', 'x', '  b\n')],
    'lists and quotes in turn, then blank lines': [MB, deep('- > ', 'x', '\n')],
    'bullets of three kinds on one line': [2 * MB, run('- * + ', '', 'x')],
    'numbers on one line': [2 * MB, run('1. ', '', 'x')],
    'lists with tabs, then lines of tabs': [MB, deep('-\t', 'x', '\t\tb\n')],
    'lists that open and close': [MB, run(`${'- '.repeat(500)}x\n\n\ny\n`)],
    'ever deeper lists': [2 * MB, staircase('  ', '- x')],
    'ever deeper quotes': [2 * MB, staircase('>', ' x')],
    'lines of an empty bullet': [MB, run('-\n')],
    'lines of a bullet and a word': [MB, run('- x\n')],
    'a rule as long as the document': [8 * MB, run('- ')],
    'list markers on one line, then a rule': [
      2 * MB,
      (size) => run('+ ', '', run('- ')(size / 2))(size / 2),
    ],
    'what is nearly a rule': [2 * MB, run('* ', '', 'x')],
    'one run of back-ticks': [8 * MB, run('`')],
    'lines of a fence with a back-tick in its info string': [2 * MB, run('``` `\n')],
    'fences that open and close': [MB, run('```js\n```\n')],
    'fences of back-ticks and tildes in turn': [2 * MB, run('```\n~~~\n')],
    'runs of back-ticks and tildes in turn': [8 * MB, run('`~', '```js\n')],
    'one fence of empty lines': [MB, run('\n', '```js\n')],
    'one fence of lines of one letter': [MB, run('a\n', '```js\n')],
    'character references in an info string': [8 * MB, run('&amp;', '```js ', '\nx')],
    'character references in a language': [8 * MB, run('&#38;', '```js\n```\n```', '\nx')],
    'backslashes in an info string': [8 * MB, run('\\!', '```js ', '\nx')],
    'openers of links on one line': [8 * MB, run('[')],
    'openers of links on many lines, then an underline': [2 * MB, run('[\n', '', `===${fence}`)],
    'definitions, then an underline': [MB, run('[a]: b\n', '', `===${fence}`)],
    'definitions whose titles do not end': [2 * MB, run('[a]: b "\n', '', `===${fence}`)],
    'a destination of parentheses': [8 * MB, run('(', '[a]: ', `\n===${fence}`)],
    'openers of tags on one line': [8 * MB, run('<a ')],
    'openers of tags on many lines': [MB, run('<a \n')],
    'a tag of attributes': [2 * MB, run(' b', '<a', `>${fence}`)],
    'attributes whose values do not end': [8 * MB, run(' b="', '<a', `>${fence}`)],
    'a tag of white space': [8 * MB, run(' ', '<a', `x>${fence}`)],
    'comments that do not end, in list items': [MB, run('- <!--\n')],
    'HTML blocks': [MB, run('<div>\n\n')],
    'headings by underline': [MB, run('a\n-\n')],
    'empty lines': [2 * MB, run('\n')],
    'line ends of CR': [2 * MB, run('\r')],
    'one line of spaces': [8 * MB, run(' ')],
    'one line of tabs': [8 * MB, run('\t')],
    'one line of one letter': [8 * MB, run('a')],
    'one line of astral characters': [8 * MB, run('😀')],
    'indented code of one line each': [3 * MB, run('\tx\n\n')],
  }

/** The document as a loader gets it: one flat string. */
const flat = (document: string) => Buffer.from(document, 'utf16le').toString('utf16le')

/**
 * CPU time of this thread for one transform, in ms: what neighbours on the machine take does not count. Many systems
 * count it in steps of 4 ms, so it is the mean of as many transforms as take 60.
 */
async function cost(document: string): Promise<number> {
  const start = process.threadCpuUsage()
  for (let times = 1; ; times++) {
    await transform({}, document).catch(() => undefined)
    const { user, system } = process.threadCpuUsage(start)
    if (user + system > 60_000) return (user + system) / 1000 / times
  }
}

const milliseconds = 250
const growth = 2.5

for (const [name, [size, make]] of Object.entries(documents)) {
  test(`${name}: ${size / MB} MB under ${milliseconds} ms, and linear`, async () => {
    // Over two doublings, of which a cache that the smaller document still fits in can spoil but one.
    const [quarter, whole] = [flat(make(size / 4)), flat(make(size))]
    let [quarterCost, wholeCost] = [Infinity, Infinity]
    const doubling = () => Math.sqrt(wholeCost / quarterCost)
    const isWithin = () => wholeCost < milliseconds && doubling() <= growth
    for (let tries = 0; tries < 10 && !isWithin(); tries++) {
      quarterCost = Math.min(quarterCost, await cost(quarter))
      wholeCost = Math.min(wholeCost, await cost(whole))
    }
    const figures = `${wholeCost.toFixed(1)} ms, ${doubling().toFixed(2)} × for each doubling`
    assert.ok(isWithin(), figures)
    denied('T27', name)
  })
}

test('there are thirty hostile documents, and more', () => {
  assert.ok(Object.keys(documents).length >= 30)
  passed('T27', 'they are read to their end', Object.keys(documents).length)
})

test.run()
