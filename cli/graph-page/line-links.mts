/** Which lines of an original and of the text that runs are the same, by the source map. ECMA-426. */

import { toMappings, WIDTH } from '../../core/source-map/mappings.mts'

/** A text that generated lines come from. */
export interface Original {
  readonly name: string
  /** `undefined` where the map brings none. */
  readonly text: string | undefined
  /** Original line → generated lines; all from 0. */
  readonly forward: ReadonlyMap<number, readonly number[]>
  /** Generated line → original line. */
  readonly back: ReadonlyMap<number, number>
}

interface SourceMapText {
  readonly sources?: readonly (string | null)[]
  readonly sourcesContent?: readonly (string | null)[]
  readonly names?: readonly string[]
  readonly mappings?: unknown
}

/** The originals of a map, by its sources; none where it cannot be read. */
export function originalsOf(map: string): Original[] {
  try {
    const {
      sources = [],
      sourcesContent = [],
      names = [],
      mappings,
    } = JSON.parse(map) as SourceMapText
    if (typeof mappings !== 'string') return []
    const { lines, segments } = toMappings(mappings, sources.length, names.length)
    const originals = sources.map((name, index) => ({
      name: name ?? '',
      text: sourcesContent[index] ?? undefined,
      forward: new Map<number, number[]>(),
      back: new Map<number, number>(),
    }))
    for (let line = 0; line + 1 < lines.length; line += 1) {
      for (let segment = lines[line]!; segment < lines[line + 1]!; segment += 1) {
        const original = originals[segments[segment * WIDTH + 1]!]
        if (original === undefined) continue
        const from = segments[segment * WIDTH + 2]!
        if (!original.back.has(line)) original.back.set(line, from)
        const known = original.forward.get(from) ?? []
        if (known.at(-1) !== line) original.forward.set(from, [...known, line])
      }
    }
    return originals
  } catch {
    // A map that nobody can read links nothing: the texts are shown without it.
    return []
  }
}

/** What the body, as it came, is among a map's originals: the one that says so by its name, or is the same text. */
export function ownOriginal(
  originals: readonly Original[],
  url: string,
  text: string | undefined,
): Original | undefined {
  return (
    originals.find((each) => each.text !== undefined && each.text === text) ??
    originals.find(({ name }) => name === url) ??
    (originals.length === 1 && originals[0]!.text === undefined ? originals[0] : undefined)
  )
}

/** Of each line's characters, how many are where they were: what has to be put in a type's place is little. */
const UNMOVED = 0.8

function isUnmoved(before: string, after: string): boolean {
  let kept = 0
  let all = 0
  for (let at = 0; at < after.length; at += 1) {
    if (after[at] === ' ' || after[at] === '\t') continue
    all += 1
    if (after[at] === before[at]) kept += 1
  }
  return kept >= UNMOVED * all
}

/** The original where what runs is what came with parts of it blanked: no map is made then, as every line is its own. */
export function blankedOriginal(text: string, generated: string): Original | undefined {
  const before = text.split(/\r\n|\n|\r/)
  const after = generated.split(/\r\n|\n|\r/)
  if (after.length > before.length || text === generated) return undefined
  const kept = [...after.keys()].filter((line) => after[line]!.trim() !== '')
  if (!kept.every((line) => isUnmoved(before[line]!, after[line]!))) return undefined
  return {
    name: '',
    text,
    forward: new Map(kept.map((line) => [line, [line]])),
    back: new Map(kept.map((line) => [line, line])),
  }
}
