/**
 * What a test tried against a threat, counted by `npm run threats`: call one of these right after what it says was asserted.
 * Each appends a line to the file that MIMEPORT_THREATS names, and does nothing without one.
 *
 *     assert.is(failure.code, 'ERR_MIMEPORT_NOT_ALLOWED')
 *     denied('T04', 'a dynamic import')
 *     canary('T04', (await server.requests()).length)
 */

import { appendFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { threats } from './threats.mts'
import type { ThreatId } from './threats.mts'

export type Kind = 'denied' | 'passed' | 'canary' | 'leak'

/** A line of the file. */
export interface ThreatRecord {
  readonly id: ThreatId
  readonly kind: Kind
  /** How many: attempts that were denied, controls that passed; connections, hits. */
  readonly count: number
  readonly what?: string
  /** The test file's path. */
  readonly file: string
}

function append(kind: Kind, id: ThreatId, count: number, what?: string): void {
  if (!Object.hasOwn(threats, id)) throw new TypeError(`There is no threat '${id}'`)
  const path = process.env['MIMEPORT_THREATS']
  if (path === undefined || path === '') return
  const record: ThreatRecord = {
    id,
    kind,
    count,
    ...(what !== undefined && { what }),
    file: process.argv[1] ?? '',
  }
  // One write of less than a page, at the end of the file: lines of several processes do not mix.
  appendFileSync(path, `${JSON.stringify(record)}\n`)
}

/** An attempt, or `count` of them, was denied. */
export function denied(id: ThreatId, what?: string, count = 1): void {
  append('denied', id, count, what)
}

/** The control of a denial passed: the same without what is denied. */
export function passed(id: ThreatId, what?: string, count = 1): void {
  append('passed', id, count, what)
}

/** How many connections or requests came where none may: asserts that it is 0. */
export function canary(id: ThreatId, connections: number, what?: string): void {
  assert.is(connections, 0, `${id}: nobody connects to ${what ?? 'the canary'}`)
  append('canary', id, connections, what)
}

/** How often a secret was found where it may not be: asserts that it is 0. */
export function leak(id: ThreatId, hits: number, what?: string): void {
  assert.is(hits, 0, `${id}: no secret is in ${what ?? 'what was written'}`)
  append('leak', id, hits, what)
}
