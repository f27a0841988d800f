/** A WebAssembly module for tests, assembled by hand. WebAssembly core specification, §5.5. */

const text = (value: string) => [value.length, ...Buffer.from(value)]

/** Section `id`: one byte of size is enough for all that is here. */
const section = (id: number, content: readonly number[]) => [id, content.length, ...content]

const I32 = 0x7f

/** `export add(a, b)` is `a + b + base()`, where `base` is imported from `specifier`; both shorter than 100 bytes. */
export function addingModule(specifier: string): Uint8Array {
  const types = [2, 0x60, 0, 1, I32, 0x60, 2, I32, I32, 1, I32]
  const imports = [1, ...text(specifier), ...text('base'), 0, 0]
  const exports = [1, ...text('add'), 0, 1]
  const body = [0, 0x20, 0, 0x20, 1, 0x6a, 0x10, 0, 0x6a, 0x0b]
  return Uint8Array.from([
    ...Buffer.from('\0asm\x01\0\0\0', 'latin1'),
    ...section(1, types),
    ...section(2, imports),
    ...section(3, [1, 1]),
    ...section(7, exports),
    ...section(10, [1, body.length, ...body]),
  ])
}
