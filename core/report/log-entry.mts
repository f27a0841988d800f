/** What a log has of an activity: plain data without secrets, under names that do not change. docs/log.md has them all. */

import { shownHeaders } from './shown-headers.mts'
import { withoutSecrets } from './shown-text.mts'
import type { Activity, RequestId } from '../http/activity.mts'
import type { HeaderRecord } from '../types.mts'

export type LogEntry =
  | {
      readonly type: 'request'
      readonly id: number
      readonly attempt: number
      readonly method: string
      readonly url: string
      readonly headers: HeaderRecord
    }
  | {
      readonly type: 'connection'
      readonly id: number
      readonly url: string
      readonly address: string
      readonly port: number
      readonly protocol: string
      readonly reused: boolean
      readonly proxy?: string
    }
  | {
      readonly type: 'response'
      readonly id: number
      readonly url: string
      readonly status: number
      readonly protocol: string
      readonly headers: HeaderRecord
      readonly duration: number
    }
  | {
      readonly type: 'end'
      readonly id: number
      readonly url: string
      readonly bytes: number
      readonly duration: number
    }
  | {
      readonly type: 'error'
      readonly id: number
      readonly url: string
      readonly code: string
      readonly message: string
      readonly duration: number
    }
  | {
      readonly type: 'retry'
      readonly id: number
      readonly url: string
      readonly reason: string
      readonly delay: number
    }
  | {
      readonly type: 'redirect'
      readonly url: string
      readonly status: number
      readonly location: string
    }
  | { readonly type: 'cache'; readonly url: string; readonly outcome: string }
  | { readonly type: 'warning'; readonly message: string }

/** Turns activities into entries: it knows which URL a number stands for. */
export class LogEntries {
  readonly #urls = new Map<RequestId, string>()

  /** The entry for an activity; `undefined` for a piece of a body, which is part of its end, and for a warning. */
  entryOf(activity: Activity): LogEntry | undefined {
    if (activity.type === 'request') this.#urls.set(activity.id, activity.url)
    const asked = 'id' in activity ? (this.#urls.get(activity.id) ?? '') : ''
    if (activity.type === 'end' || activity.type === 'error') this.#urls.delete(activity.id)
    return entryFor(activity, asked)
  }
}

function whole(milliseconds: number): number {
  return Math.round(milliseconds)
}

function entryFor(activity: Activity, asked: string): LogEntry | undefined {
  const url = withoutSecrets('url' in activity ? activity.url : asked)
  switch (activity.type) {
    case 'request': {
      const { type, id, attempt, method, headers } = activity
      return { type, id, attempt, method, url, headers: shownHeaders(asked, headers) }
    }
    case 'connection': {
      const { type, id, address, port, protocol, reused, proxy } = activity
      const via = proxy === undefined ? {} : { proxy: withoutSecrets(proxy) }
      return { type, id, url, address, port, protocol, reused, ...via }
    }
    case 'response': {
      const { type, id, statusCode: status, protocol, headers, time } = activity
      const shown = shownHeaders(asked, headers)
      return { type, id, url, status, protocol, headers: shown, duration: whole(time) }
    }
    case 'data':
    case 'shared':
      return undefined
    case 'end': {
      const { type, id, bytes, time } = activity
      return { type, id, url, bytes, duration: whole(time) }
    }
    case 'error': {
      const { type, id, error, time } = activity
      const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
      return {
        type,
        id,
        url,
        code: typeof code === 'string' ? code : '',
        message: withoutSecrets(typeof message === 'string' ? message : String(error)),
        duration: whole(time),
      }
    }
    case 'retry': {
      const { type, id, reason, delay } = activity
      return { type, id, url, reason: withoutSecrets(reason), delay: whole(delay) }
    }
    case 'redirect': {
      const { type, statusCode: status } = activity
      return { type, url, status, location: withoutSecrets(activity.location) }
    }
    case 'cache':
      return { type: activity.type, url, outcome: activity.outcome }
    case 'warning':
      return undefined
  }
}
