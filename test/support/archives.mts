/** Archives, made by hand so that they can be made wrong: ZIP (APPNOTE 6.3), ustar (POSIX), gzip. */

import { crc32, deflateRawSync, gzipSync } from 'node:zlib'

export interface ZipEntry {
  readonly content: string | Uint8Array
  /** What the directory says instead of the truth. */
  readonly size?: number
  readonly checksum?: number
}

type Content = string | Uint8Array

function isEntry(value: Content | ZipEntry): value is ZipEntry {
  return typeof value === 'object' && 'content' in value
}

/** A ZIP archive of files by their names. */
export function zipOf(files: Readonly<Record<string, Content | ZipEntry>>): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, given] of Object.entries(files)) {
    const entry = isEntry(given) ? given : { content: given }
    const content = Buffer.from(entry.content as string)
    const packed = deflateRawSync(content)
    const about = Buffer.alloc(26)
    about.writeUInt16LE(20, 0)
    about.writeUInt16LE(0x0800, 2)
    about.writeUInt16LE(8, 4)
    about.writeUInt32LE(entry.checksum ?? crc32(content), 10)
    about.writeUInt32LE(packed.length, 14)
    about.writeUInt32LE(entry.size ?? content.length, 18)
    about.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), about, Buffer.from(name), packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), about, rest, Buffer.from(name)]))
    parts.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(directory.length, 8)
  end.writeUInt16LE(directory.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, central, end])
}

function header(name: string, type: string, size: number, link: string): Buffer {
  const block = Buffer.alloc(512)
  block.write(name)
  block.write('0000644\0', 100)
  block.write(size.toString(8).padStart(11, '0'), 124)
  block.write('00000000000', 136)
  block.write('        ', 148)
  block.write(type, 156)
  block.write(link, 157)
  block.write('ustar\x0000', 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

/** A tar archive of files by their names, and of links: `{ link: '/etc/passwd' }`. */
export function plainTarOf(
  files: Readonly<Record<string, Content | { readonly link: string }>>,
): Buffer {
  const parts = Object.entries(files).flatMap(([name, given]) => {
    if (typeof given === 'object' && 'link' in given) return [header(name, '2', 0, given.link)]
    const content = Buffer.from(given as string)
    const padding = Buffer.alloc((512 - (content.length % 512)) % 512)
    return [header(name, '0', content.length, ''), content, padding]
  })
  return Buffer.concat([...parts, Buffer.alloc(1024)])
}

/** The same, in gzip. */
export function tarOf(files: Parameters<typeof plainTarOf>[0]): Buffer {
  return gzipSync(plainTarOf(files))
}
