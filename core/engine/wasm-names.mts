/** The names in a WebAssembly module's imports and exports. WebAssembly Core Specification §5.5.5, §5.5.10. */

const IMPORTS = 2
const EXPORTS = 7

/** Reads a module's bytes from the front; throws a RangeError at their end. */
class Reader {
  readonly #bytes: Uint8Array
  #at: number

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  get isDone(): boolean {
    return this.#at >= this.#bytes.length
  }

  byte(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw new RangeError('the module ends too early')
    this.#at += 1
    return byte
  }

  /** An unsigned LEB128. §5.2.2 */
  number(): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte()
      value += (byte & 127) * factor
      if (byte < 128) return value
      if (factor > 2 ** 63) throw new RangeError('a number is too long')
    }
  }

  slice(count: number): Uint8Array {
    const part = this.#bytes.subarray(this.#at, this.#at + count)
    this.#at += count
    return part
  }

  /** §5.2.4 */
  name(): string {
    return Buffer.from(this.slice(this.number())).toString()
  }
}

/** A type of one byte, or a reference to a type that a number says. §5.3.3 */
function skipType(reader: Reader): void {
  const byte = reader.byte()
  if (byte === 0x63 || byte === 0x64) reader.number()
}

/** §5.3.8 */
function skipLimits(reader: Reader): void {
  const flags = reader.byte()
  reader.number()
  if ((flags & 1) === 1) reader.number()
}

/** What an import is: function, table, memory, global or tag. §5.5.5 */
function skipExternalType(reader: Reader): void {
  const kind = reader.byte()
  if (kind === 1 || kind === 3) skipType(reader)
  if (kind === 1 || kind === 2) skipLimits(reader)
  if (kind === 3 || kind === 4) reader.byte()
  if (kind === 0 || kind === 4) reader.number()
}

function* namesIn(id: number, reader: Reader): Generator<string> {
  for (let left = reader.number(); left > 0; left -= 1) {
    yield reader.name()
    if (id === IMPORTS) {
      yield reader.name()
      skipExternalType(reader)
    } else {
      reader.byte()
      reader.number()
    }
  }
}

/** The names, as far as they can be read: what is malformed V8 refuses, by numbers alone. */
export function* wasmNames(bytes: Uint8Array): Generator<string> {
  const reader = new Reader(bytes, 8)
  try {
    while (!reader.isDone) {
      const id = reader.byte()
      const section = reader.slice(reader.number())
      if (id === IMPORTS || id === EXPORTS) yield* namesIn(id, new Reader(section, 0))
    }
  } catch {
    // It is no module, or one of a later version of the specification.
  }
}
