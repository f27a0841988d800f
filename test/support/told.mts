/** Asks an engine for the lives of imports, and for graphs, as the commands do: in a project, without running it. */

import { engineOf, settingsOf } from '../../cli/project.mts'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type {
  ExplainRequest,
  Explanation,
  GraphRequest,
  ModuleGraph,
} from '../../core/explanation.mts'
import type { Bridge } from '../../core/bridge/client.mts'

export interface Asked {
  readonly bridge: Bridge
  /** A file of the project, as a URL. */
  url(name: string): string
  explain(specifier: string, more?: Partial<ExplainRequest>): Promise<Explanation>
  graph(entry: string, more?: Partial<GraphRequest>): Promise<ModuleGraph>
}

/** An engine for the project in a folder; nothing is stored unless `environment` names a folder for it. */
export function askIn(path: string, environment: Readonly<Record<string, string>> = {}): Asked {
  const options = {
    words: [join(path, 'package.json')],
    environment: { CI: '', MIMEPORT_CACHE: 'off', ...environment },
  }
  const bridge = engineOf(settingsOf(options), options)
  const url = (name: string): string => pathToFileURL(join(path, name)).href
  return {
    bridge,
    url,
    explain: (specifier, more) =>
      bridge.work('explain', { specifier, parentURL: url('app.mjs'), ...more }),
    graph: (entry, more) => bridge.work('graph', { entries: [{ specifier: url(entry) }], ...more }),
  }
}
