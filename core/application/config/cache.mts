/** The configuration's `cache`. */

import { fail, isObject, refuseUnknown } from './failure.mts'
import { received } from '../../text.mts'

export function checkCache(file: string, cache: unknown): void {
  if (cache === false) return
  if (!isObject(cache)) {
    fail(file, `'cache' must be false or an object. Received ${received(cache)}`)
  }
  refuseUnknown(file, cache, ['folder', 'size', 'pack', 'compile'], "'cache'")
  const { folder, size } = cache
  for (const key of ['pack', 'compile'] as const) {
    const value = cache[key]
    if (value !== undefined && typeof value !== 'boolean') {
      fail(file, `'cache.${key}' must be true or false. Received ${received(value)}`)
    }
  }
  if (folder !== undefined && (typeof folder !== 'string' || folder === '')) {
    fail(file, `'cache.folder' must be a path. Received ${received(folder)}`)
  }
  if (size !== undefined && (!Number.isSafeInteger(size) || (size as number) <= 0)) {
    fail(file, `'cache.size' must be a positive integer (bytes). Received ${received(size)}`)
  }
}
