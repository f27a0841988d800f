/**
 * The built-in loaders that are part of the engine's own file, as the package has them: sixteen files less to find, read
 * and link. The source has none here, and imports each.
 */

import { readFileSync } from 'node:fs'
import { shippedText } from '../shipped-text.mts'
import type { Candidate } from './discover.mts'

const shipped = new Map<string, object>()

/** Adds a built-in loader: the package's file does so as it is evaluated. */
export function ship(name: string, namespace: object): void {
  shipped.set(name, namespace)
}

/** Finds the namespace of a loader, where the file at its place is still the one that we put there. */
export function shippedLoader({ name, file, project }: Candidate): object | undefined {
  const namespace = project ? undefined : shipped.get(name)
  try {
    return namespace && readFileSync(file, 'utf8') === shippedText(name) ? namespace : undefined
  } catch {
    // Who imports it is told why it cannot be read.
    return undefined
  }
}
