/** The engine as a program has it, with the built-in loaders, in the process of the test. */

import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { boot } from '../../core/engine/boot.mts'
import type { Engine } from '../../core/engine/engine.mts'
import type { Settings } from '../../core/settings.mts'

const folder = new URL('../../loaders/', import.meta.url)

/** Starts it for a project. `loaders`: paths of the project's own. */
export async function startEngine(
  root: string,
  settings: Partial<Settings> & { readonly loaders?: readonly string[] } = {},
): Promise<Engine> {
  const { loaders = [], ...more } = settings
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const { engine } = await boot(
    {
      root,
      sources: [
        ...loaders.map((from) => ({ from, project: true })),
        { from: `${fileURLToPath(folder)}*`, project: false },
      ],
      builtIn: names.map(({ name }) => name),
      limits: { tries: 1 },
      timeouts: {},
      cache: false,
      ...more,
    },
    () => {},
  )
  return engine
}
