/**
 * The rest as V8 has compiled it, from an earlier start: to compile it costs 4 ms, to read that 1. One file beside the packs,
 * for what makes it differ: our own folder, Node's version, its flags. docs/decisions/032-gate.md
 */

import { fs, paths } from './builtins.mts'
import { cacheFolder, exposure, makeFolder } from '../cache-place.mts'
import { nameOf } from '../checksum.mts'
import { lockModeOf } from './config/lock-mode.mts'
import { readPackFile } from '../pack/pack-file.mts'

/** Bytes of the two lengths that a file begins with. */
const HEAD = 8

/**
 * The file; `undefined` where nothing is kept, or nobody knows the user's home. It goes by the environment alone: what the
 * configuration says is known later. Where bytes alone are held to (a frozen lock; CI, which restores folders that others have
 * filled) no code is.
 */
export function codeFile(href: string): string | undefined {
  const { NODE_V8_COVERAGE: coverage, NODE_DISABLE_COMPILE_CACHE: disabled } = process.env
  // Coverage is less exact for functions that were not compiled.
  if (coverage !== undefined || disabled !== undefined) return undefined
  if (lockModeOf(process.env) !== 'additive') return undefined
  try {
    const folder = cacheFolder({})
    const name = nameOf([href, process.version, process.arch, ...process.execArgv].join('\n'))
    // Named as Node names what it keeps: by these names what is old is removed.
    return folder === false ? undefined : paths().join(folder, 'own', name.slice(0, 8))
  } catch {
    return undefined
  }
}

/**
 * What was compiled of this very text; `undefined`: nothing. The file has the text, and the code twice: V8 believes what it is
 * given, and to compare is Node's own and costs nothing, where a checksum of ours would cost what is to be saved.
 */
export function readCode(file: string, text: Uint8Array): Buffer | undefined {
  const bytes = readPackFile(file)
  if (bytes === undefined || bytes.length < HEAD) return undefined
  const middle = HEAD + bytes.readUInt32LE(0)
  const size = bytes.readUInt32LE(4)
  if (size === 0 || bytes.length !== middle + 2 * size) return undefined
  const code = bytes.subarray(middle, middle + size)
  const isSame = bytes.subarray(HEAD, middle).equals(text)
  return isSame && code.equals(bytes.subarray(middle + size)) ? code : undefined
}

function removeQuietly(path: string): void {
  try {
    fs().rmSync(path, { force: true })
  } catch {
    // Its folder is none.
  }
}

/** Keeps what was compiled of a text, whole or not at all. Never throws: it saves time, and nothing else. */
export function keepCode(file: string, text: Uint8Array, code: Uint8Array): void {
  const head = Buffer.alloc(HEAD)
  head.writeUInt32LE(text.length, 0)
  head.writeUInt32LE(code.length, 4)
  const unique = `${process.pid.toString(16)}-${Math.round(performance.now() * 1e6).toString(16)}`
  const folder = paths().dirname(file)
  const part = paths().join(folder, `${paths().basename(file)}.${unique}`)
  try {
    makeFolder(folder)
    if (exposure(fs().lstatSync(folder)) !== undefined) return
    fs().writeFileSync(part, Buffer.concat([head, text, code, code]), { mode: 0o600, flag: 'wx' })
    fs().renameSync(part, file)
  } catch {
    removeQuietly(part)
  }
}
