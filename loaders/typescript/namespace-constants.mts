/**
 * Constants that a namespace exports: oxc-transform makes a variable of each besides the property, and names that; TypeScript
 * and esbuild name the property, which who replaces it (a test's mock) relies on. So its text is given the property's name
 * where it is certain that the constant is meant. The text is oxc-transform's own: one statement a line, a tab a block.
 */

import { insertColumns } from './mapped-line.mts'
import type { Insertion } from './mapped-line.mts'

interface Constant {
  readonly name: string
  /** What the namespace's function calls the namespace. */
  readonly object: string
  /** Lines of the function that may name it: from the declaration's to that before its end. */
  readonly first: number
  readonly end: number
}

export interface Mapped {
  readonly code: string
  /** Mappings in VLQ; `undefined` where none are wanted. */
  readonly mappings: string | undefined
}

const declaration = /^(\t+)const (\S+) = (_[^\s.]+)\.\2 = /

/** Any variable of that kind. */
const variable = /(?<![\w$.])([^\s.]+) = _[^\s.]+\.\1 = /g

/** What may be before a name that is read, and that nothing declares. */
const before =
  /(?:[=!<>&|?+\-*%^] |[!~]|\.\.\.|\b(?:return|typeof|await|void|throw|in|of|instanceof|yield) |[\w$)\]]\(|, )(?<!\bfunction\* )$/

/** What is behind a name that may be no name of a value, or one that is assigned to. */
const declared = /^(?:\s*=(?!=)|\s*=>|\s*:|\?\.\(|\s*$|\s*(?:\+\+|--|[-+*%&|^?<>]{1,3}=(?!=)))/

/** What positions in a line cannot be told apart with: strings, comments, regular expressions. */
const quoted = /["'`/]/

/** Whether lines `first` to `end` are in the function of one of these namespaces, which calls it by this name. */
function isBody(
  lines: readonly string[],
  { object, first, end }: Constant,
  names: ReadonlySet<string>,
): boolean {
  const [, outer = '', name = ''] = /^(\t*)\}\)\((\S+) \|\| /.exec(lines[end]!) ?? []
  return names.has(name) && lines.lastIndexOf(`${outer}(function(${object}) {`, first) !== -1
}

/**
 * The constants; `undefined` where there are variables of another kind, or that may be the program's own, or text that goes
 * over several lines.
 */
function constantsOf(lines: readonly string[], names: ReadonlySet<string>): Constant[] | undefined {
  const constants: Constant[] = []
  /** The constant before, and how many tabs its namespace has: where that ends is not looked for again. */
  let last: (Constant & { readonly outer: string }) | undefined
  for (const [first, line] of lines.entries()) {
    const count = line.matchAll(variable).toArray().length
    if (count === 0) continue
    const [, tabs = '', name = '', object = ''] = declaration.exec(line) ?? []
    const outer = `${tabs.slice(1)}})(`
    if (count > 1 || name === '') return undefined
    if (last?.outer === outer && last.object === object && last.end > first) {
      constants.push({ name, object, first, end: last.end })
      continue
    }
    const end = lines.findIndex((each, at) => at > first && each.startsWith(outer))
    if (end === -1) return undefined
    const texts = lines.slice(first, end)
    if (texts.some((each) => each.split('`').length % 2 === 0)) return undefined
    const constant = { name, object, first, end }
    if (!isBody(lines, constant, names)) return undefined
    constants.push(constant)
    last = { ...constant, outer }
  }
  return constants
}

/** Whether a name inside brackets is a parameter, or what a block depends on: what follows them tells. */
function isInHead(line: string, at: number): boolean {
  let depth = 0
  for (let index = at; index < line.length; index++) {
    if (line[index] === '(') depth += 1
    if (line[index] === ')' && depth-- === 0) return /^\)+\s*(?:=>|\{)/.test(line.slice(index))
  }
  // The brackets are closed in another line; or it is in none, and one of several that are declared.
  return true
}

/** What a line has to be given; `undefined` where it is not certain what a name in it means. */
function insertionsIn(
  line: string,
  { name, object }: Constant,
  from: number,
): Insertion[] | undefined {
  const found: Insertion[] = []
  const pattern = new RegExp(`(?<![\\w$#])${RegExp.escape(name)}(?![\\w$])`, 'g')
  for (const { index } of line.matchAll(pattern)) {
    const [head, tail] = [line.slice(0, index), line.slice(index + name.length)]
    if (index < from || /(?<!\.\.)\.$/.test(head)) continue
    if (quoted.test(line) || !before.test(head) || declared.test(tail)) return undefined
    if (/(?:\(|, )$/.test(head) && isInHead(line, index)) return undefined
    const isCall = tail.startsWith('(')
    found.push({ column: index, text: isCall ? `(0, ${object}.` : `${object}.` })
    if (isCall) found.push({ column: index + name.length, text: ')' })
  }
  return found
}

/**
 * Names the properties of namespaces where their constants are named.
 * @param names of the program's namespaces
 * @returns `undefined` where it is not certain what is named
 */
export function nameProperties(
  { code, mappings }: Mapped,
  names: readonly string[],
): Mapped | undefined {
  const lines = code.split('\n')
  const constants = constantsOf(lines, new Set(names))
  if (constants === undefined) return undefined
  const insertions = new Map<number, Insertion[]>()
  for (const constant of constants) {
    const { name, first, end } = constant
    for (let at = first; at < end; at++) {
      const line = lines[at]!
      if (!line.includes(name)) continue
      const own = at === first ? declaration.exec(line)![0].length : 0
      const found = insertionsIn(line, constant, own)
      if (found === undefined) return undefined
      if (found.length > 0) insertions.set(at, [...(insertions.get(at) ?? []), ...found])
    }
  }
  if (insertions.size === 0) return { code, mappings }
  const mapped = mappings?.split(';')
  for (const [at, unsorted] of insertions) {
    const sorted = unsorted.toSorted((a, b) => a.column - b.column)
    for (const { column, text } of sorted.toReversed()) {
      lines[at] = `${lines[at]!.slice(0, column)}${text}${lines[at]!.slice(column)}`
    }
    if (mapped?.[at] !== undefined) mapped[at] = insertColumns(mapped[at], sorted)
  }
  return { code: lines.join('\n'), mappings: mapped?.join(';') }
}
