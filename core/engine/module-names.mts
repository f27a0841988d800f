/** Names in the imports and exports of modules from the network: Node prints them, and before any code runs. */

import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { scanModule } from '../module-syntax.mts'
import {
  controlCharacter,
  positionOf,
  refuseControls,
  restrictedAuthor,
} from './source-controls.mts'
import { wasmNames } from './wasm-names.mts'
import type { Acquired } from './acquire.mts'
import type { Errand } from './errand.mts'
import type { ModuleSyntax } from '../module-syntax.mts'

/** What no name needs: any control, and the end of a line. */
// oxlint-disable-next-line no-control-regex -- finding control characters is what it is for
const controls = /[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/

const letters = 'bfnrtv0'
const meanings = '\b\f\n\r\t\v\0'

/** The names in a clause of an import that are strings, their escapes of controls undone. ECMA-262 §12.9.4. */
function* stringsIn(clause: string): Generator<string> {
  if (!clause.includes('\\')) return
  for (const [literal] of clause.matchAll(/'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"/g)) {
    yield literal.replace(
      /\\(?:x([\da-f]{2})|u([\da-f]{4})|u\{([\da-f]{1,6})\}|([bfnrtv0]))/gi,
      (_, ...[byte, unit, point, letter]: (string | undefined)[]) => {
        if (letter !== undefined) return meanings[letters.indexOf(letter)] ?? ''
        const code = Number.parseInt(byte ?? unit ?? point ?? '0', 16)
        return code > 0x10ffff ? '' : String.fromCodePoint(code)
      },
    )
  }
}

/** `data:` URLs of modules that are in one another. */
const DEEPEST = 10

/**
 * Refuses names that a module of the network writes by escapes: V8 prints a specifier, or the name of an import or export
 * that is not there, as it is. docs/node-notes.md: Names in errors of linking. What a static import has as a `data:` URL is
 * text of the module's, which Node reads by itself.
 * @throws {LoaderError} ERR_MIMEPORT_CONTROL_CHARACTER; ERR_MIMEPORT_INVALID_SPECIFIER for `data:` URLs too deep
 */
export async function refuseNames(
  errand: Errand,
  acquired: Acquired,
  source: string,
  { imports, exports }: ModuleSyntax,
  depth = 0,
): Promise<void> {
  const author = restrictedAuthor(errand, acquired)
  // An escape is what such a name is written by: the characters themselves were refused.
  if (author === undefined || !/\\|data:/i.test(source)) return
  const refuse = (names: Iterable<string | null | undefined>, at: number) => {
    for (const name of names) {
      const character = controls.exec(name ?? '')?.[0]
      if (character === undefined) continue
      const where = positionOf(source, at)
      const what = 'a name in an import or export'
      throw controlCharacter(errand, acquired, { author, what, character, where })
    }
  }
  for (const each of exports) {
    const imported = 'importName' in each ? each.importName : undefined
    refuse(['name' in each ? each.name : undefined, imported], each.exportStart)
  }
  for (const each of imports) {
    if (each.type !== 'static' && each.type !== 'reexport-star') continue
    const { specifier, attributes, start, importStart } = each
    refuse([specifier, ...(attributes ?? []).flat()], start - 1)
    refuse(stringsIn(source.slice(importStart, start - 1)), importStart)
    if (!/^data:/i.test(specifier)) continue
    if (depth === DEEPEST) {
      throw new LoaderError(
        'ERR_MIMEPORT_INVALID_SPECIFIER',
        `Cannot load '${escapeText(acquired.url)}': it has data: URLs in one another, more than ${DEEPEST} deep`,
        { url: acquired.url },
      )
    }
    const text = await textWithin(specifier)
    refuseControls(errand, acquired, text, 'code', true)
    const syntax = scanModule(text)
    if (syntax !== undefined) await refuseNames(errand, acquired, text, syntax, depth + 1)
  }
}

/**
 * Refuses such names in WebAssembly: V8 prints those of imports that are not there, and of exports that are there twice.
 * @throws {LoaderError} ERR_MIMEPORT_CONTROL_CHARACTER
 */
export function refuseWasmNames(errand: Errand, acquired: Acquired, bytes: Uint8Array): void {
  const author = restrictedAuthor(errand, acquired)
  if (author === undefined) return
  for (const name of wasmNames(bytes)) {
    const character = controls.exec(name)?.[0]
    if (character === undefined) continue
    const what = 'a name in its imports or exports'
    throw controlCharacter(errand, acquired, { author, what, character })
  }
}

/** The text of a `data:` URL as Node reads it, by the same algorithm (Fetch §6); nothing where it is none. No network. */
async function textWithin(url: string): Promise<string> {
  try {
    return await (await fetch(url)).text()
  } catch {
    return ''
  }
}
