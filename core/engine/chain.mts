/** The chain that makes a module of an absolute specifier: acquire, identify, convert, finish. */

import { acquire } from './acquire.mts'
import { convert } from './convert.mts'
import { importedFrom } from './errand.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { contradictsPackage } from '../file-name.mts'
import { finish } from './finish.mts'
import { asGoal } from './goal.mts'
import { identify } from './identify.mts'
import { mayAsk } from '../resource/cache-mode.mts'
import { Trail } from './trail.mts'
import { Verification } from '../lock/verification.mts'
import { withFailure } from '../lock/failure.mts'
import type { Acquired } from './acquire.mts'
import type { Errand } from './errand.mts'
import type { Lock } from '../lock/lock.mts'
import type { NodeModule } from '../types.mts'

/** A local file that Node loads by itself. */
function native({ url, specifier, loader }: Acquired): NodeModule {
  const origin = { loader: loader.name, specifier }
  const nothing = { source: undefined, hasDefault: false, mapped: false, imports: [] }
  return { url, origin, format: 'module', native: true, ...nothing }
}

/** Makes the module, or fails. */
async function pass(errand: Errand, specifier: string): Promise<NodeModule> {
  const { registry, verification } = errand
  const acquired = await acquire(errand, specifier)
  errand.making?.begin(acquired)
  if (acquired.url.startsWith('file:')) errand.basis?.needFile()
  const goal = asGoal(errand.request.importAttributes['type'] ?? '', acquired)
  if (goal !== undefined) {
    verification?.takeFormat(goal.format)
    return finish(errand, acquired, goal)
  }
  const { url } = acquired
  // What the project's own loader answered is not what Node would read.
  const local = url.startsWith('file:') && !acquired.loader.project
  const mediaType = await identify(errand, acquired)
  if (errand.life !== undefined && mediaType !== undefined)
    errand.life.mediaType = String(mediaType)
  if (mediaType === undefined) {
    if (local) return native(acquired)
    throw new LoaderError(
      'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE',
      `Cannot tell what '${escapeText(url)}'${importedFrom(errand)} is: it has no Content-Type and no known extension, and no loader identifies its content`,
      { url, trail: errand.trail.entries },
    )
  }
  verification?.takeType(mediaType)
  // A local file that no loader takes is Node's, and so is what Node says of it.
  const isTaken = registry.accepts(mediaType.essence)
  if (local && !isTaken && !contradictsPackage(url, mediaType.essence)) return native(acquired)
  const converted = await convert(errand, acquired, mediaType)
  if (errand.making !== undefined) errand.making.converted = converted
  verification?.takeFormat(converted.format)
  return finish(errand, acquired, converted, mediaType)
}

/** What a module's static imports are in the lock. */
export type KeysOf = (module: NodeModule) => Promise<readonly string[]>

/** One pass, held to the lock; what it met is noted when it is through. */
async function heldPass(
  errand: Errand & { readonly verification: Verification },
  specifier: string,
  keysOf: KeysOf,
): Promise<NodeModule> {
  const { verification, life } = errand
  life?.begin()
  try {
    const module = await pass(errand, specifier)
    errand.making?.end(module)
    // Who only looks changes nothing.
    if (life === undefined) verification.note(verification.isNew ? await keysOf(module) : [])
    return module
  } catch (error) {
    verification.fail()
    throw error
  }
}

/**
 * Makes the module of an absolute specifier. What is not as the lock has it is asked for once more, past the cache: some
 * other project may have had it stored.
 * @throws {LoaderError} those of each step; ERR_MIMEPORT_INTEGRITY.
 */
export async function makeModule(
  errand: Errand,
  specifier: string,
  lock: Lock,
  keysOf: KeysOf,
): Promise<NodeModule> {
  const goal = errand.request.importAttributes['type'] ?? ''
  const first = new Verification(lock, goal, false)
  try {
    return await heldPass({ ...errand, verification: first }, specifier, keysOf)
  } catch (error) {
    if (!first.mayBeStale || !mayAsk()) throw error
    const second = new Verification(lock, goal, true)
    const anew = { ...errand, trail: new Trail(), verification: second }
    return heldPass(anew, specifier, keysOf).catch((again: unknown) => {
      throw second.mayBeStale ? again : withFailure(error, again)
    })
  }
}
