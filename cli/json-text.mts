/** Changes one value of a JSON text and leaves the rest as somebody wrote it. RFC 8259. */

interface Member {
  readonly key: string
  /** Offsets of the value. */
  readonly start: number
  readonly end: number
}

interface ObjectText {
  /** Offsets of the braces. */
  readonly open: number
  readonly close: number
  readonly members: readonly Member[]
}

/** Reads one token at a time; the text is known to be JSON. */
class Scanner {
  readonly #text: string
  at: number

  constructor(text: string, at: number) {
    this.#text = text
    this.at = at
  }

  skip(): void {
    while (/\s/.test(this.#text[this.at] ?? '')) this.at += 1
  }

  /** Passes over a value, and what is in it. */
  value(): void {
    this.skip()
    const first = this.#text[this.at]
    if (first === '"') return this.string()
    if (first === '{' || first === '[') {
      this.at += 1
      for (;;) {
        this.skip()
        const next = this.#text[this.at]
        if (next === '}' || next === ']') {
          this.at += 1
          return
        }
        if (next === ',' || next === ':') this.at += 1
        else this.value()
      }
    }
    while (/[\w.+-]/.test(this.#text[this.at] ?? '')) this.at += 1
  }

  string(): void {
    for (this.at += 1; this.#text[this.at] !== '"'; this.at += 1) {
      if (this.#text[this.at] === '\\') this.at += 1
    }
    this.at += 1
  }

  object(): ObjectText {
    const open = this.at
    const members: Member[] = []
    this.at += 1
    for (;;) {
      this.skip()
      const next = this.#text[this.at]
      if (next === '}') return { open, close: this.at, members }
      if (next === ',') {
        this.at += 1
        continue
      }
      const keyStart = this.at
      this.string()
      const key = JSON.parse(this.#text.slice(keyStart, this.at)) as string
      this.skip()
      this.at += 1
      this.skip()
      const start = this.at
      this.value()
      members.push({ key, start, end: this.at })
    }
  }
}

/** What a line of the text begins with, at most once: two spaces where nothing is indented. */
function indentOf(text: string): string {
  return /\n([ \t]+)\S/.exec(text)?.[1] ?? '  '
}

/** Columns that a list may have before each item gets a line. */
const WIDTH = 100

function listText(list: readonly string[], margin: string, indent: string, column: number): string {
  const inline = `[${list.map((each) => JSON.stringify(each)).join(', ')}]`
  if (column + inline.length <= WIDTH) return inline
  const lines = list.map((each) => `${margin}${indent}${JSON.stringify(each)}`)
  return `[\n${lines.join(',\n')}\n${margin}]`
}

/**
 * The text with the list at `path`, keys from the outside in, whose objects are there but for the last key. The last of equal
 * keys is the one that counts, as in JSON.parse.
 */
export function withList(text: string, path: readonly string[], list: readonly string[]): string {
  const ends = text.includes('\r\n') ? '\r\n' : '\n'
  const indent = indentOf(text)
  const start = text.startsWith('\ufeff') ? 1 : 0
  const scanner = new Scanner(text, start)
  scanner.skip()
  let object = scanner.object()
  const [last = '', ...outer] = path.toReversed()
  for (const key of outer.toReversed()) {
    const inner = object.members.findLast((member) => member.key === key)!
    object = new Scanner(text, inner.start).object()
  }
  const margin = indent.repeat(path.length)
  const replaced = (from: number, to: number, put: string) =>
    text.slice(0, from) + put.replaceAll('\n', ends) + text.slice(to)
  const column = margin.length + JSON.stringify(last).length + 2
  const value = listText(list, margin, indent, column)
  const member = object.members.findLast(({ key }) => key === last)
  if (member !== undefined) return replaced(member.start, member.end, value)
  const own = `\n${margin}${JSON.stringify(last)}: ${value}`
  const before = object.members.at(-1)
  if (before !== undefined) return replaced(before.end, before.end, `,${own}`)
  return replaced(object.open + 1, object.close, `${own}\n${indent.repeat(path.length - 1)}`)
}
