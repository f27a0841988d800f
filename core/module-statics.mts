/** What linking a module takes: its static imports, and whether it has a default export. */

import { scanModule } from './module-syntax.mts'
import type { StaticImport } from 'es-module-lexer'
import type { ModuleSyntax } from './module-syntax.mts'

export interface ModuleStatics {
  /** In the text's order, `export … from` among them; `start`: an offset in it, behind the specifier's first quote. */
  readonly imports: readonly Pick<StaticImport, 'specifier' | 'start' | 'attributes'>[]
  readonly hasDefault: boolean
}

/** The text that whoever transformed it last has read already, and what it read. */
let noted: { readonly source: string; readonly statics: ModuleStatics } | undefined

/** Saves reading a text once more, for who has read it all. */
export function noteStatics(source: string, statics: ModuleStatics): void {
  noted = { source, statics }
}

/** Reads a text; nothing of one that is no module, which V8 tells better. */
export function staticsOf(source: string): ModuleStatics {
  if (noted?.source === source) return noted.statics
  const syntax = scanModule(source)
  return syntax === undefined ? none : staticsIn(syntax)
}

const none: ModuleStatics = { imports: [], hasDefault: false }

export function staticsIn({ imports, exports }: ModuleSyntax): ModuleStatics {
  return {
    imports: imports.filter(
      (each): each is StaticImport => each.type === 'static' || each.type === 'reexport-star',
    ),
    hasDefault: exports.some((each) => 'name' in each && each.name === 'default'),
  }
}
