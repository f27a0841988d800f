/** The part of this half that makes local files, in the package: one script, `local.cjs`. The build puts this in the place of `local-part.mts`. */

import { fs, modules, urls } from './builtins.mts'
import { parseURL } from '../native.mts'
import { loadScript } from './script.mts'
import { shippedText } from '../shipped-text.mts'
import type { Local } from '../local/local.mts'
import type { LocalLoaders } from '../local/chain.mts'
import type { LocalPart } from './local-part.mts'

/** What the two scripts have from the first file: the argument of that name. */
declare const shared: object

/** What the build exports from it. */
interface Script {
  readonly Local: typeof Local
  readonly file: Pick<LocalLoaders, 'bodyOf'>
  readonly transforming: LocalLoaders['transforming']
}

/** Whether a built-in loader is ours still: whoever put another in its place has that. */
function isShipped(name: string, self: string): boolean {
  const { href } = parseURL(`loaders/${name}/${name}.mjs`, self)!
  return fs().readFileSync(urls().fileURLToPath(href), 'utf8') === shippedText(name)
}

/** What is loaded is one script: no hook sees it. */
export const isLoading = false

/** Loads it, now; `undefined` where that cannot be. Never throws: the engine can do all that it can. */
export function loadLocalPart(self: string): LocalPart | undefined {
  try {
    if (!['file', 'fenced-md', 'typescript'].every((name) => isShipped(name, self)))
      return undefined
    const require = modules().createRequire(self)
    const script = loadScript(self, 'core/application/local.cjs', shared, require)
    const { Local: Part, file, transforming } = script.exports as Script
    const loaders = { ...file, transforming }
    return {
      open: (options) => new Part({ ...options, loaders }),
      ...(script.keep !== undefined && { keep: script.keep }),
    }
  } catch {
    return undefined
  }
}
