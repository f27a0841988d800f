/** `mimeport doctor`: what surrounds a program, looked at: installation, configuration, cache, network. */

import { inspectConfiguration, inspectProject } from './configuration.mts'
import { inspectInstallation } from './doctor/installation.mts'
import {
  addressesOf,
  inspectCertificates,
  inspectClock,
  inspectProxy,
  isOffline,
  judgeReached,
} from './doctor/network.mts'
import { inspectCache } from './doctor/storage.mts'
import { inspectTokens } from './doctor/tokens.mts'
import { finding, showFindings } from './findings.mts'
import { engineOf } from './project.mts'
import type { Command } from './command.mts'
import type { Finding } from '../core/inspection.mts'
import type { Bridge } from '../core/bridge/client.mts'

const help = `Usage: mimeport doctor [file]

Looks at what a program is surrounded by, and says what to do where something
would fail: Node, what is installed, permissions, configuration, loaders, lock,
cache, proxy, certificates, clock, tokens (their names). It writes nothing, and
asks nobody without --network.

  --network  asks the hosts that code may come from, as an import would, for
             10 seconds at most; not with MIMEPORT_OFFLINE
  --json     prints the findings as JSON
  -h, --help

Exit codes: 0 done, and nothing is wrong; 1 something would fail; 2 wrong usage.`

/** What is asked of the hosts, or why nobody is asked. */
async function inspectHosts(
  isAsked: boolean,
  engine: Bridge | undefined,
  addresses: readonly string[],
): Promise<readonly Finding[]> {
  const skip = (text: string) => [finding('skipped', 'reach', text), inspectClock()]
  if (isOffline()) return skip('MIMEPORT_OFFLINE is set: nobody is asked')
  if (!isAsked) return skip("'mimeport doctor --network' asks the hosts")
  if (engine === undefined) return skip('without a configuration that can be used, nobody is asked')
  if (addresses.length === 0) return skip('"allow" names no host that could be asked')
  return judgeReached(await engine.work('reach', addresses))
}

export const doctor: Command = {
  help,
  options: { json: { type: 'boolean' }, network: { type: 'boolean' } },
  async run({ words, has }) {
    const { findings, settings } = inspectConfiguration(words)
    const engine = settings && engineOf(settings)
    const project = engine
      ? await inspectProject(() => engine.work('inspect', undefined))
      : [finding('skipped', 'loaders', 'looked at when the configuration can be used')]
    const hosts = await inspectProject(() =>
      inspectHosts(has('network'), engine, addressesOf(settings)),
    )
    return showFindings(
      [
        ...(await inspectInstallation(settings)),
        ...findings,
        ...project,
        inspectCache(settings),
        ...inspectTokens(settings),
        ...inspectProxy(),
        ...inspectCertificates(),
        ...hosts,
      ],
      has('json'),
    )
  },
}
