/** Node's own type stripping: what is removed becomes white space. */

import { stripTypeScriptTypes } from 'node:module'
import { erase } from './eraser/erasure.mts'
import { commentEnd, endsLine, isBlank } from './trivia.mts'
import type { Erasure } from './eraser/erasure.mts'
import type { Fault } from './syntax-error.mts'

let state: 'unused' | 'ready' | 'broken' = 'unused'

/** Calls `work` with one kind of warning held back: that the API we chose is experimental is not the user's business. */
function withoutExperimentalWarning(work: () => void): void {
  const { emitWarning } = process
  // Node warns by this very property, once a thread, at the first call. It is ours for that call alone.
  process.emitWarning = (warning: string | Error, ...rest: any[]) => {
    if (rest[0] !== 'ExperimentalWarning') Reflect.apply(emitWarning, process, [warning, ...rest])
  }
  try {
    work()
  } finally {
    process.emitWarning = emitWarning
  }
}

function prepare(): void {
  if (state !== 'unused') return
  withoutExperimentalWarning(() => stripTypeScriptTypes(''))
  state = 'ready'
}

const depthLimit = 250

/**
 * Whether brackets go deeper than Node's parser, a recursive one on a small stack of its own, is to be asked to follow; or what
 * may begin arguments of types, and ends nowhere: `a<b,a<b,…`.
 */
function isDeep(source: string, limit = depthLimit): boolean {
  let depth = 0
  let open = 0
  for (let i = 0; i < source.length; i++) {
    const code = source.charCodeAt(i)
    // ( [ {  and  ) ] }
    if (code === 0x28 || code === 0x5b || code === 0x7b) depth++
    else if ((code === 0x29 || code === 0x5d || code === 0x7d) && depth > 0) depth--
    else if (code === 0x3c) open++
    // ; and > but that of =>
    if (code === 0x3b || (code === 0x3e && source.charCodeAt(i - 1) !== 0x3d)) open = 0
    if (code === 0x7b || code === 0x7d) open = 0
    if (depth > limit || open > limit) return true
  }
  return false
}

// ( [ ` / * + -
const mayContinue = new Set([0x28, 0x5b, 0x60, 0x2f, 0x2a, 0x2b, 0x2d])

/** What begins a statement that goes, at the start of a line: what follows it on its last line may go on with the one before. */
const declares =
  /(?:abstract|declare|export|function|import|interface|module|namespace|type)(?![\w$])/y

/** The end of a text that a statement has to follow; brackets apart. */
const headless = /(?:[^\w$.]|^)(?:else|do)$|:$/
const heads = /(?<![\w$.#])(?:if|while|for|for\s+await|with)\s*$/

/** Whether a statement after the character at `at` is what an `if`, a loop or a label holds. */
function isHeld(code: string, at: number): boolean {
  if (code[at] !== ')') return headless.test(code.slice(Math.max(at - 4, 0), at + 1))
  let depth = 0
  for (let open = at; open >= 0; open--) {
    if (code[open] === ')') depth++
    if (code[open] === '(' && --depth === 0)
      return heads.test(code.slice(Math.max(open - 99, 0), open))
  }
  return true
}

/** The end of a text whose last word would take what follows for its member. */
const reaching = /(?<![\w$.#])(?:get|set|static)$/
const beginsMember = /[\w$#"'\u0080-\uffff]/

/**
 * Puts back the `;` that was blanked with a type and ended it, where what follows would continue the statement or the class
 * member before the type (Node blanks both `;` of `a = b\ntype C = 1\n;(d)`). `undefined` when there was none to put back, and where
 * a field's mark was all that parted its name from the next member, or a type all that an `if` held.
 */
function endStatements(source: string, stripped: string): string | undefined {
  let ended = ''
  let copied = 0
  // The last character that is not blank: where it is in the source, and which one is left of it.
  let before = -1
  let kept = 0
  let keptAt = -1
  let newline = false
  // Whether a line ended between that and the statement which was blanked since.
  let parted = false
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at)
    if (endsLine(code)) newline = true
    if (isBlank(code)) continue
    const comment = commentEnd(source, at)
    if (comment !== undefined) {
      at = comment - 1
      continue
    }
    const stays = stripped.charCodeAt(at) === code
    const isAfterBlank = before >= 0 && isBlank(stripped.charCodeAt(before))
    const isFirst = before === keptAt && keptAt >= 0
    if (!stays && (newline || isFirst)) {
      declares.lastIndex = at
      if (declares.test(source)) {
        if (isFirst && isHeld(stripped, keptAt)) return undefined
        parted ||= newline
      }
    }
    if (stays && isAfterBlank && mayContinue.has(code)) {
      if (source[before] === ';') {
        ended += stripped.slice(copied, before) + ';'
        copied = before + 1
      } else if ((newline || parted) && keptAt >= 0 && kept !== 0x3b && kept !== 0x7b) {
        return undefined
      }
    } else if (
      stays &&
      isAfterBlank &&
      newline &&
      kept !== 0x3b &&
      beginsMember.test(source[at]!)
    ) {
      if (reaching.test(source.slice(Math.max(keptAt - 6, 0), keptAt + 1))) return undefined
    }
    if (stays) {
      kept = code
      keptAt = at
      parted = false
    } else if (stripped[at] === ';') kept = 0x3b
    before = at
    newline = false
  }
  return ended + stripped.slice(copied)
}

/**
 * Blanks the types of erasable TypeScript: same length, same lines. `undefined` for everything else: syntax that has an
 * effect at run time (enums, namespaces, parameter properties, …), and text that is not TypeScript.
 */
export function stripTypes(source: string): string | undefined {
  if (state === 'broken' || isDeep(source)) return undefined
  try {
    prepare()
    const stripped = stripTypeScriptTypes(source)
    return stripped.length === source.length ? endStatements(source, stripped) : undefined
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (code !== 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' && code !== 'ERR_INVALID_TYPESCRIPT_SYNTAX') {
      if (!works()) state = 'broken'
    }
    return undefined
  }
}

/**
 * Does the same by our own reader. Unless it is certain, another parser has to find the text without fault.
 * `'compiled'` for what has to be compiled, `undefined` where Node has to say.
 */
export function stripQuickly(source: string): Erasure {
  const erasure = erase(source)
  if (erasure === undefined || erasure === 'compiled') return erasure
  // As deep as is left to Node's, so that it makes no difference which of them reads.
  if (erasure.brackets > depthLimit && isDeep(source)) return undefined
  if (!erasure.mayContinue) return erasure
  const code = endStatements(source, erasure.code)
  return code === undefined ? undefined : { ...erasure, code }
}

/** A program that overflows the parser's stack may leave it unusable in this thread for good. */
function works(): boolean {
  try {
    stripTypeScriptTypes('')
    return true
  } catch {
    return false
  }
}

/** Where and why Node's stripping takes a text for no TypeScript at all; `undefined` when it takes it for TypeScript. */
export function strippingFault(source: string): Fault | undefined {
  try {
    prepare()
    stripTypeScriptTypes(source)
    return undefined
  } catch (error) {
    const { code, message, stack = '' } = error as NodeJS.ErrnoException
    if (code !== 'ERR_INVALID_TYPESCRIPT_SYNTAX') return undefined
    // Its stack begins with `:line`, the text there, and carets below it.
    const [, digits, , blank = ''] = /^:(\d+)\n([^]*?)\n( *)\^/.exec(stack) ?? []
    const line = Number(digits ?? 1)
    const lineText = source.split('\n')[line - 1] ?? ''
    const column = Buffer.byteLength(lineText.slice(0, blank.length))
    return { text: message, location: { line, column, lineText } }
  }
}

const directive = '"use strict";'

/** Puts a program in strict mode: over white space if it starts with enough, else before its first line's text. */
export function withUseStrict(source: string): string {
  const start = source.startsWith('#!') ? source.indexOf('\n') + 1 || source.length : 0
  const head = source.slice(start, start + directive.length)
  const end = start + (/^[ \t]{13}$/.test(head) ? directive.length : 0)
  return source.slice(0, start) + directive + source.slice(end)
}
