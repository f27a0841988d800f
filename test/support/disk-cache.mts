/** A cache in a folder of its own, with a clock that tests set, and a server that counts. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CacheStore } from '../../core/cache/cache-store.mts'
import { PrivateCache } from '../../core/cache/private-cache.mts'
import type { CacheMode, CacheRequest, Forward } from '../../core/cache/http-cache.mts'
import type { HeaderRecord, LoadResponse } from '../../core/types.mts'

/** What the server of a test answers: fields, or more. */
export interface Answer {
  readonly statusCode?: number
  readonly headers?: HeaderRecord
  readonly body?: string
}

export interface DiskCache {
  readonly folder: string
  readonly store: CacheStore
  readonly cache: PrivateCache
  readonly warnings: string[]
  /** ms since the epoch. */
  time: number
  /** The fields that the cache added to each request that went to the server. */
  readonly asked: HeaderRecord[]
  /** Asks for a URL; the server answers with `answer`, or fails when it is an error. */
  get(
    answer: Answer | Error,
    request?: Partial<CacheRequest>,
    mode?: CacheMode,
  ): Promise<
    { outcome: string; statusCode: number; headers: HeaderRecord; text: string } | undefined
  >
  remove(): void
}

/** Seconds before or after the cache's time, as a date of HTTP. */
export function dateAt(time: number, seconds = 0): string {
  return new Date(time + seconds * 1000).toUTCString()
}

export function makeCache({ size = 2 ** 30 } = {}): DiskCache {
  const folder = mkdtempSync(join(tmpdir(), 'mimeport-cache-'))
  const warnings: string[] = []
  const asked: HeaderRecord[] = []
  const store = new CacheStore({ folder, size, warn: (message) => warnings.push(message) })
  const made: DiskCache = {
    folder,
    store,
    warnings,
    asked,
    time: Date.UTC(2026, 10, 20, 12),
    cache: new PrivateCache({
      store,
      now: () => made.time,
      guesses: (url) => !url.includes('localhost'),
    }),
    async get(answer, request = {}, mode = 'default') {
      const forward: Forward = async (conditional): Promise<LoadResponse> => {
        asked.push(conditional)
        if (answer instanceof Error) throw answer
        const { statusCode = 200, headers = {}, body = '' } = answer
        return { statusCode, headers, body: Buffer.from(body) }
      }
      const found = await made.cache.answer(
        { method: 'GET', url: 'https://example.com/a.mjs', headers: {}, identity: '', ...request },
        mode,
        forward,
      )
      if (found === undefined) return undefined
      const { statusCode, headers, body } = found.response
      return { outcome: found.outcome, statusCode, headers, text: Buffer.from(body).toString() }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
  return made
}
