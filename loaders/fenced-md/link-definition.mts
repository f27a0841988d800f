/** Link reference definitions: the one kind of paragraph that no underline makes a heading. CommonMark 0.31 §4.7. */

/** Whether a paragraph is definitions and nothing else: lines without their indentation, ended by line feeds. */
export function isAllDefinitions(paragraph: string): boolean {
  if (paragraph === '') return false
  let at = 0
  while (at < paragraph.length) {
    at = definitionEnd(paragraph, at)
    if (at === -1) return false
  }
  return true
}

/** Offset of the line after the definition that starts at `start`; -1 when none does. */
function definitionEnd(text: string, start: number): number {
  const label = labelEnd(text, start)
  if (label === -1 || text[label] !== ':') return -1
  const destination = destinationEnd(text, skipSpace(text, label + 1))
  if (destination === -1) return -1
  const titleStart = skipSpace(text, destination)
  const title = titleStart === destination ? -1 : titleEnd(text, titleStart)
  // What looks like a title, but is not alone at the end of its line, is none: the definition may end before it.
  const end = title === -1 ? -1 : lineAfter(text, title)
  return end === -1 ? lineAfter(text, destination) : end
}

/** Offset of the next line's start when only spaces and tabs are left of this one; else -1. */
function lineAfter(text: string, start: number): number {
  let at = start
  while (text[at] === ' ' || text[at] === '\t') at++
  if (at === text.length) return at
  return text[at] === '\n' ? at + 1 : -1
}

/** Offset after spaces, tabs and at most one line's end. */
function skipSpace(text: string, start: number): number {
  let at = start
  let lines = 0
  for (; at < text.length; at++) {
    if (text[at] === '\n') {
      if (++lines > 1) break
    } else if (text[at] !== ' ' && text[at] !== '\t') break
  }
  return at
}

/** A label: `[`, at most 999 characters of which one is no white space, no bracket unless escaped, `]`. §6.3. */
function labelEnd(text: string, start: number): number {
  if (text[start] !== '[') return -1
  let isEmpty = true
  for (let at = start + 1; at < text.length && at <= start + 1000; at++) {
    const character = text[at]
    if (character === ']') return isEmpty ? -1 : at + 1
    if (character === '[') return -1
    if (character === '\\' && isPunctuation(text.charCodeAt(at + 1))) at++
    if (character !== ' ' && character !== '\t' && character !== '\n') isEmpty = false
  }
  return -1
}

/** A destination: in angle brackets on one line, or up to white space, its parentheses balanced. §6.3. */
function destinationEnd(text: string, start: number): number {
  const isBracketed = text[start] === '<'
  let depth = 0
  let at = isBracketed ? start + 1 : start
  for (; at < text.length; at++) {
    const character = text[at]
    if (character === '\\' && isPunctuation(text.charCodeAt(at + 1))) at++
    else if (isBracketed) {
      if (character === '>') return at + 1
      if (character === '<' || character === '\n') return -1
    } else if (text.charCodeAt(at) <= 0x20 || character === '\x7f') break
    else if (character === '(') depth++
    else if (character === ')' && --depth < 0) return -1
  }
  return isBracketed || depth !== 0 || at === start ? -1 : at
}

const closers: Readonly<Record<string, string>> = { '"': '"', "'": "'", '(': ')' }

/** A title: in quotation marks or parentheses; -1 when there is none. §6.3. */
function titleEnd(text: string, start: number): number {
  const opener = text[start] ?? ''
  const closer = closers[opener]
  if (closer === undefined) return -1
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\' && isPunctuation(text.charCodeAt(at + 1))) at++
    else if (text[at] === closer) return at + 1
    else if (text[at] === '(' && opener === '(') return -1
  }
  return -1
}

/** Whether a UTF-16 code unit is ASCII punctuation: what a backslash escapes. CommonMark §2.4. */
function isPunctuation(code: number): boolean {
  return (
    (code >= 0x21 && code <= 0x2f) ||
    (code >= 0x3a && code <= 0x40) ||
    (code >= 0x5b && code <= 0x60) ||
    (code >= 0x7b && code <= 0x7e)
  )
}
