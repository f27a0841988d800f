/** Node's own type stripping: what is removed becomes white space. */

import { stripTypeScriptTypes } from 'node:module'

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

/** Whether brackets go deeper than Node's parser, a recursive one on a small stack of its own, is to be asked to follow. */
function isDeep(source: string, limit = 250): boolean {
  let depth = 0
  for (let i = 0; i < source.length; i++) {
    const code = source.charCodeAt(i)
    // ( [ {  and  ) ] }
    if (code === 0x28 || code === 0x5b || code === 0x7b) depth++
    else if ((code === 0x29 || code === 0x5d || code === 0x7d) && depth > 0) depth--
    if (depth > limit) return true
  }
  return false
}

/**
 * Blanks the types of erasable TypeScript: same length, same lines. `undefined` for everything else: syntax that has an
 * effect at run time (enums, namespaces, parameter properties, …), and text that is not TypeScript.
 */
export function stripTypes(source: string): string | undefined {
  if (state === 'broken' || isDeep(source)) return undefined
  try {
    if (state === 'unused') withoutExperimentalWarning(() => stripTypeScriptTypes(''))
    state = 'ready'
    const stripped = stripTypeScriptTypes(source)
    return stripped.length === source.length ? stripped : undefined
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (code !== 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' && code !== 'ERR_INVALID_TYPESCRIPT_SYNTAX') {
      if (!works()) state = 'broken'
    }
    return undefined
  }
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

const directive = '"use strict";'

/** Puts a program in strict mode: over white space if it starts with enough, else before its first line's text. */
export function withUseStrict(source: string): string {
  const start = source.startsWith('#!') ? source.indexOf('\n') + 1 || source.length : 0
  const head = source.slice(start, start + directive.length)
  const end = start + (/^[ \t]{13}$/.test(head) ? directive.length : 0)
  return source.slice(0, start) + directive + source.slice(end)
}
