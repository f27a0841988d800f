/** The texts of a module, for whoever shows them side by side. */

import { findMapComment } from '../source-map/upstream-map.mts'
import type { GraphModule } from '../explanation.mts'
import type { Told } from './telling.mts'

/** The map that we give a text. */
const inline = /^data:application\/json;base64,(.*)$/

export function textsOf({ module, original }: Told): NonNullable<GraphModule['texts']> {
  const before = original()
  if (module?.native === true) return { original: before, generated: before, map: undefined }
  const source = module?.source
  if (typeof source !== 'string') return { original: before, generated: undefined, map: undefined }
  const comment = module?.mapped === true ? findMapComment(source) : undefined
  const [, data] = inline.exec(comment?.url ?? '') ?? []
  if (comment === undefined || data === undefined) {
    return { original: before, generated: source, map: undefined }
  }
  const generated = source.slice(0, comment.start) + source.slice(comment.end)
  const map = Buffer.from(data, 'base64').toString()
  return { original: before, generated: generated.replace(/\n$/, ''), map }
}
