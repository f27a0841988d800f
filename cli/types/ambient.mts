/** What a program's specifiers mean that are no paths: `declare module 'github:…'`, each standing for a file of the folder. */

import { isUnknown, nameOf, UNKNOWN } from './layout.mts'
import { moduleText } from './text.mts'
import type { Layout, Place } from './layout.mts'
import type { ProjectImport, TypedModule } from '../../core/typing.mts'

const heading = '// Written by `mimeport types`.\n'

interface Ambient {
  readonly text: string
  readonly isCommonJs: boolean
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ')
}

function ambient(
  specifier: string,
  modules: readonly TypedModule[],
  layout: Layout,
  textOf: (place: Place) => string,
): Ambient | undefined {
  const name = JSON.stringify(specifier)
  const whole = (text: string, isCommonJs = false) => ({
    text: `declare module ${name} {\n${indented(text)}}\n`,
    isCommonJs,
  })
  const values = modules.flatMap(({ shape }) => (shape.kind === 'value' ? [shape.type] : []))
  // Of two that are code the first will do: the same specifier in different scopes of an import map.
  const code = modules.find(({ shape }) => shape.kind !== 'value')
  if (code === undefined) return whole(moduleText(undefined, values, ''))
  if (code.shape.kind === 'project') return undefined
  if (isUnknown(code)) return { text: `declare module ${name}\n`, isCommonJs: false }
  const place = layout.placeOf(code.key)!
  const at = { name: `#${nameOf(place)}`, text: textOf(place) }
  if (!place.isCommonJs || values.length > 0) return whole(moduleText(at, values, ''))
  return whole(`import module = require(${JSON.stringify(at.name)})\nexport = module\n`, true)
}

/** The two files: `export =` is for CommonJS. */
export function ambientFiles(
  imports: readonly ProjectImport[],
  layout: Layout,
  textOf: (place: Place) => string,
): ReadonlyMap<string, string> {
  const parts: Record<'imports.d.ts' | 'imports.d.cts', string[]> = {
    'imports.d.ts': [`declare module '${UNKNOWN}*'\n`],
    'imports.d.cts': [],
  }
  const bySpecifier = Map.groupBy(imports, ({ specifier }) => specifier)
  for (const specifier of [...bySpecifier.keys()].sort()) {
    // TypeScript takes one asterisk for a pattern, and refuses two.
    if (specifier.split('*').length > 2) continue
    const keys = [...new Set(bySpecifier.get(specifier)!.map(({ module }) => module))].sort()
    const modules = keys.flatMap((key) => layout.actual(key) ?? [])
    if (modules.length === 0) continue
    const made = ambient(specifier, modules, layout, textOf)
    if (made !== undefined)
      parts[made.isCommonJs ? 'imports.d.cts' : 'imports.d.ts'].push(made.text)
  }
  return new Map(Object.entries(parts).map(([file, texts]) => [file, heading + texts.join('')]))
}
