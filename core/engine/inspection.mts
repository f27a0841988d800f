/** A look at what the engine would work with: loaders, import map, lock, vendor folder. Nothing is fetched or written. */

import { existsSync, statSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { findLoaders, importLoader } from './discover.mts'
import { invoke } from './invocation.mts'
import { register } from './registration.mts'
import { Registry } from './registry.mts'
import { shippedLoader } from './shipped.mts'
import { isEncrypted } from './vendoring.mts'
import { timeouts } from '../limits.mts'
import { isLockedRedirect, isMasked, isMaskedRedirect, lockKey, splitKey } from '../lock/entry.mts'
import { readLockFile } from '../lock/lock-file.mts'
import { configureVendor, readVendored } from '../lock/vendor.mts'
import { isAbsolute } from '../native.mts'
import { refuseUnlisted } from '../policy/policy.mts'
import { isNetwork } from '../policy/remote.mts'
import { beat } from '../pulse.mts'
import { shellWord } from '../shell-word.mts'
import { escapeText } from '../text.mts'
import type { Candidate } from './discover.mts'
import type { Registration } from './registration.mts'
import type { Finding } from '../inspection.mts'
import type { LockEntries } from '../lock/entry.mts'
import type { Settings } from '../settings.mts'

function faultOf(subject: string, error: unknown, advice?: string): Finding {
  const { code, message } = Object(error) as { code?: string; message?: string }
  return {
    state: 'fault',
    subject,
    text: message ?? escapeText(String(error)),
    ...(advice !== undefined && { advice }),
    ...(code !== undefined && { code }),
  }
}

/** `1 entry`, `2 entries`. */
function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}

/** The first of what may be many. */
function first(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).map((name) => `'${escapeText(name)}'`)
  if (names.length > most) shown.push(`${(names.length - most).toLocaleString('en')} more`)
  return shown.join(', ')
}

/** The loaders of each source by itself: one that leads to nothing hides no other. */
function candidatesOf(settings: Settings, findings: Finding[]): Candidate[] {
  const found = new Map<string, Candidate>()
  for (const source of settings.sources) {
    try {
      for (const each of findLoaders({ ...settings, sources: [source] })) {
        if (!found.has(each.file)) found.set(each.file, each)
      }
    } catch (error) {
      findings.push(faultOf('loaders', error))
    }
  }
  return [...found.values()]
}

async function inspectLoaders(settings: Settings): Promise<readonly [Finding[], Registry]> {
  const findings: Finding[] = []
  const loaders: Registration[] = []
  for (const candidate of candidatesOf(settings, findings)) {
    const { file, name } = candidate
    try {
      const shipped = shippedLoader(candidate)
      const who = { loader: name, export: 'its top level', url: pathToFileURL(file).href }
      const signal = AbortSignal.timeout(timeouts.total)
      const loader =
        shipped === undefined
          ? await invoke(who, signal, () => importLoader(candidate))
          : register(shipped, candidate)
      // Whom it is in conflict with is said by a registry of all so far.
      new Registry([...loaders, loader])
      loaders.push(loader)
    } catch (error) {
      findings.push(faultOf('loaders', error))
    }
  }
  const own = loaders.filter(({ project }) => project).map(({ name }) => name)
  const shipped = loaders.length - own.length
  const names = own.length === 0 ? '' : `: ${escapeText(own.join(', '))}`
  findings.push({
    state: 'ok',
    subject: 'loaders',
    text: `${shipped} of mimeport, ${own.length} of the project${names}`,
  })
  return [findings, new Registry(loaders)]
}

/** Why an address of the import map leads nowhere; `undefined`: it does not, as far as can be seen from here. */
function addressFault(address: string, registry: Registry): string | undefined {
  if (address.startsWith('file:')) {
    const path = fileURLToPath(address)
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats === undefined) return `there is no '${escapeText(path)}'`
    return address.endsWith('/') && !stats.isDirectory() ? 'it is no folder' : undefined
  }
  if (!isAbsolute(address) || /^(?:node|data):/i.test(address)) return undefined
  const scheme = address.slice(0, address.indexOf(':') + 1)
  if (!registry.resolversOf(address).some(({ schemes }) => schemes?.has(scheme) ?? true)) {
    return `no loader answers for '${escapeText(scheme)}'`
  }
  try {
    refuseUnlisted(address, undefined)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function inspectImportMap({ importMap }: Settings, registry: Registry): Finding[] {
  if (importMap === undefined) return []
  const { imports, scopes } = importMap
  const all = [...imports, ...scopes.flatMap(([, map]) => map)]
  const faults = all.flatMap(([key, address]): Finding[] => {
    const fault = address === null ? undefined : addressFault(address, registry)
    if (fault === undefined) return []
    const text = `'${escapeText(key)}' stands for '${escapeText(address!)}': ${fault}`
    return [{ state: 'fault', subject: 'import map', text }]
  })
  const text = count(all.length, 'address', 'addresses')
  return faults.length > 0 ? faults : [{ state: 'ok', subject: 'import map', text }]
}

/** What the lock has and programs could not use. */
function inspectEntries(entries: LockEntries): Finding[] {
  const findings: Finding[] = []
  const note = (keys: readonly string[], what: string, advice: string): void => {
    if (keys.length === 0) return
    const text = `${count(keys.length, 'entry', 'entries')} ${what}: ${first(keys)}`
    findings.push({ state: 'note', subject: 'lock', text, advice })
  }
  const keys = [...entries.keys()].filter((key) => !isMasked(key))
  const open = keys.filter((key) => {
    const entry = entries.get(key)!
    if (!isLockedRedirect(entry) || isMaskedRedirect(entry)) return false
    return !entries.has(lockKey(splitKey(key).goal, entry.location))
  })
  note(open, 'redirected to what is not in the lock', 'npx mimeport lock')
  const refused = keys.filter((key) => {
    try {
      refuseUnlisted(splitKey(key).specifier, undefined)
      return false
    } catch {
      return isNetwork(splitKey(key).specifier)
    }
  })
  note(refused, 'may not be imported', "npx mimeport lock --prune, or allow them: 'mimeport allow'")
  return findings
}

function inspectVendor(settings: Settings, entries: LockEntries): Finding[] {
  const folder = settings.lock?.vendor
  if (folder === undefined || !existsSync(folder)) return []
  configureVendor(folder)
  const subject = 'vendor'
  const advice = 'npx mimeport vendor'
  const findings: Finding[] = []
  const lacking: string[] = []
  let held = 0
  for (const [key, entry] of entries) {
    if (isLockedRedirect(entry) || isMasked(key) || isEncrypted(key, settings)) continue
    beat()
    try {
      if (readVendored(key, entry.integrity) === undefined) lacking.push(key)
      else held += 1
    } catch (error) {
      findings.push(faultOf(subject, error, advice))
      // One that cannot be read says the same of each entry.
      if ((error as Error).message.startsWith('Cannot use the vendor folder')) break
    }
  }
  if (lacking.length > 0) {
    const text = `'${escapeText(folder)}' lacks ${count(lacking.length, 'body', 'bodies')} of the lock: ${first(lacking)}`
    findings.push({ state: 'fault', subject, text, advice })
  }
  if (findings.length > 0) return findings
  const text = `'${escapeText(folder)}': ${count(held, 'body', 'bodies')}, as the lock has them`
  return [{ state: 'ok', subject, text }]
}

function inspectLock(settings: Settings): Finding[] {
  const subject = 'lock'
  const { file = '', mode = 'off', program } = settings.lock ?? {}
  if (mode === 'off') return [{ state: 'ok', subject, text: 'none is wanted: "lock" is false' }]
  let entries: LockEntries | undefined
  try {
    entries = readLockFile(file)
  } catch (error) {
    return [faultOf(subject, error)]
  }
  if (entries === undefined) {
    const text = `there is no '${escapeText(file)}'`
    const named = program === undefined ? '' : ` ${escapeText(shellWord(program))}`
    const advice = `npx mimeport lock${named}`
    return mode === 'frozen'
      ? [{ state: 'fault', subject, text: `${text}, and it is frozen`, advice }]
      : [{ state: 'note', subject, text: `${text}: what is imported is not pinned`, advice }]
  }
  const how = mode === 'additive' || mode === 'create' ? '' : ', frozen'
  const text = `'${escapeText(file)}': ${count(entries.size, 'entry', 'entries')}${how}`
  const findings = inspectEntries(entries)
  return [{ state: 'ok', subject, text }, ...findings, ...inspectVendor(settings, entries)]
}

/** Looks at loaders, import map, lock and vendor folder. To be called when limits and policy are configured. */
export async function inspect(settings: Settings): Promise<Finding[]> {
  const [loaders, registry] = await inspectLoaders(settings)
  return [...loaders, ...inspectImportMap(settings, registry), ...inspectLock(settings)]
}
