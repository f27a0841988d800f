/** One import on its way through the chain, and what its errors and loaders are told of it. */

import { isLoaderError, reworded } from '../errors.mts'
import { escapeText } from '../text.mts'
import { noteEnd } from '../deadline.mts'
import { timeouts } from '../limits.mts'
import { isOn } from '../source-map/source-map.mts'
import { Trail } from './trail.mts'
import type { BasisNotes } from './basis.mts'
import type { Making } from './making.mts'
import type { Life } from './life.mts'
import type { Registry } from './registry.mts'
import type { Verification } from '../lock/verification.mts'
import type { LoadRequest, LoaderContext } from '../types.mts'

export interface Errand {
  readonly registry: Registry
  readonly request: LoadRequest
  readonly trail: Trail
  /** Aborts when the import's deadline passes. */
  readonly signal: AbortSignal
  /** What holds it to the lock. */
  readonly verification?: Verification
  /** What the module goes by. */
  readonly basis?: BasisNotes
  /** Is told how the module is made. */
  readonly making?: Making
  /** Where its life is noted: then the lock is looked at, and nothing is noted there. */
  readonly life?: Life
}

/** Does the work of a request within its deadline. */
export async function withinDeadline<T>(
  parts: Omit<Errand, 'signal' | 'trail'>,
  work: (errand: Errand) => Promise<T>,
): Promise<T> {
  // Unref'd: a deadline must not keep the event loop turning, or nobody would notice that it ran dry.
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), timeouts.total).unref()
  noteEnd(deadline.signal, timeouts.total)
  try {
    return await work({ ...parts, trail: new Trail(), signal: deadline.signal })
  } finally {
    clearTimeout(timer)
  }
}

/** An errand for something that is needed on the way: the life of that is another, and how it is made is of no interest. */
export function aside(errand: Errand): Errand {
  if (errand.life === undefined && errand.making === undefined) return errand
  const { life, making: _making, ...rest } = errand
  return life === undefined ? rest : { ...rest, life: life.other() }
}

/** Whose word a request is: the importing module's; `undefined` for the project's own. */
export function askedBy({ mapped, parentURL }: LoadRequest): string | undefined {
  return mapped === true ? undefined : parentURL
}

/** The context that a loader is given for a specifier. */
export function contextFor(errand: Errand, specifier: string, url: string): LoaderContext {
  const { parentURL, importAttributes, conditions } = errand.request
  const { registry, signal } = errand
  const accept = registry.acceptFor(importAttributes['type'])
  return {
    url,
    specifier,
    parentURL,
    importAttributes,
    conditions,
    accept,
    signal,
    sourceMaps: isOn,
  }
}

/** ` imported from 'file:///app.mjs'`, when that is known. */
export function importedFrom({ request }: Errand): string {
  return request.parentURL === undefined ? '' : ` imported from '${escapeText(request.parentURL)}'`
}

/** ` (a -302→ b)` when there is a trail to tell of. */
export function via({ trail }: Errand): string {
  return trail.length === 0 ? '' : ` (${trail})`
}

/** What the message of an error is about. */
const subject = /^Cannot [\w ]+ '[^']*'/

/**
 * An error that says who imports, where it does not yet: what fails below the loaders knows of no import, and may be told to
 * several.
 */
export function withImporter(error: unknown, { parentURL }: LoadRequest): unknown {
  if (!isLoaderError(error) || parentURL === undefined) return error
  const { code, message: text } = error
  // They are about a file of the project's, which nobody imports.
  if (code === 'ERR_MIMEPORT_LOCK' || code === 'ERR_MIMEPORT_CONFIG') return error
  if (text.includes(' imported from ') || !subject.test(text)) return error
  const message = text.replace(
    subject,
    (what) => `${what} imported from '${escapeText(parentURL)}'`,
  )
  return reworded(error, message)
}
