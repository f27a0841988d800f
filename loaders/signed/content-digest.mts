/** Whether content is what its digests are of. RFC 9530 §2 */

import { hash } from 'node:crypto'
import { isInnerList, parseDictionary } from 'structured-headers'

/** RFC 9530 §5: the algorithms that are not for accidents alone. */
export const digestAlgorithms: ReadonlyMap<string, string> = new Map([
  ['sha-256', 'sha256'],
  ['sha-512', 'sha512'],
])

/**
 * Compares content, as it is coded, with the digests of a Content-Digest field: each that is of a known algorithm must be
 * its. RFC 9530 §2, §6.6
 *
 * @param needed the algorithms of which one has to be there
 * @returns why it is not; `undefined`: it is
 */
export function digestFault(
  fieldValue: string,
  content: Uint8Array,
  needed: readonly string[] = [...digestAlgorithms.keys()],
): string | undefined {
  let digests: ReturnType<typeof parseDictionary>
  try {
    digests = parseDictionary(fieldValue)
  } catch {
    return 'its Content-Digest cannot be read'
  }
  for (const [name, algorithm] of digestAlgorithms) {
    const digest = digests.get(name)
    if (digest === undefined) continue
    if (isInnerList(digest) || !(digest[0] instanceof ArrayBuffer)) {
      return `its Content-Digest has a ${name} that is no bytes`
    }
    const found = hash(algorithm, content, 'buffer')
    if (!found.equals(new Uint8Array(digest[0]))) {
      return `its content is another than its Content-Digest is of (${name})`
    }
  }
  if (needed.some((name) => digests.has(name))) return undefined
  return `its Content-Digest has no ${needed.join(' and no ')}`
}
