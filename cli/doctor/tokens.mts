/** Which secrets are there, by their names: never what they are. */

import { finding } from '../findings.mts'
import { gitHosts } from './git-hosts.mts'
import { escapeText } from '../../core/text.mts'
import type { Finding } from '../../core/inspection.mts'
import type { Settings } from '../../core/settings.mts'

const subject = 'tokens'

/** Variables that a field's value has; `$$` is a dollar. docs/configuration.md */
const variable = /\$(?:\$|\{(\w+)\}|([A-Za-z_]\w*))/g

/** Looks at the environment, and at the variables that the configuration's `headers` have. */
export function inspectTokens({ headers = {} }: Partial<Settings> = {}): Finding[] {
  const names = [...gitHosts.flatMap(({ tokens }) => tokens), 'MIMEPORT_AUTH_TOKENS']
  const there = names.filter((name) => (process.env[name] ?? '').trim() !== '')
  const text = there.length === 0 ? `none (${names.join(', ')})` : there.join(', ')
  const unset = Object.entries(headers).flatMap(([origin, fields]) =>
    Object.values(fields)
      .flatMap((value) => [...value.matchAll(variable)].map(([, a, b]) => a ?? b ?? ''))
      .filter((name) => name !== '' && (process.env[name] ?? '') === '')
      .map((name) => {
        const what = `"headers" for ${escapeText(origin)} has $${name}, which is not set`
        return finding('fault', subject, what, `${name}=… in the environment`)
      }),
  )
  return [finding('ok', subject, text), ...unset]
}
