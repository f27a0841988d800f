/** Addons: shared objects, which the system loads from disk and from nowhere else. */

import { written } from '../../bridge/denial.mts'
import { fs, paths } from '../builtins.mts'
import { LoaderError } from '../../errors.mts'
import { escapeText } from '../../text.mts'
import { isRequire } from './require.mts'
import type { Stats } from 'node:fs'
import type { ResolveFnOutput, ResolveHookContext } from 'node:module'

/** Lets `import` of a local addon work as `require` does, on a Node that knows only the latter. */
export function importable(result: ResolveFnOutput, context: ResolveHookContext): ResolveFnOutput {
  const isUnknown = result.format === undefined || result.format === null
  if (!isUnknown || !/^file:[^?#]*\.node(?:[?#]|$)/.test(result.url)) return result
  // Node's CommonJS loader goes by the name, and loads it from where it is.
  return isRequire(context.conditions) ? result : { ...result, format: 'commonjs' }
}

/** Whether Node loads addons at all: not with `--no-addons`, nor under `--permission` without `--allow-addons`. */
function isDisabled(): boolean {
  try {
    process.dlopen({ exports: {} }, '')
    return false
  } catch (error) {
    return (error as { code?: string }).code === 'ERR_DLOPEN_DISABLED'
  }
}

/** Whether a file or a folder is this user's alone: nobody else may put there, or change, what we then run. */
function isPrivate({ uid, mode }: Stats): boolean {
  const user = process.geteuid?.()
  // Windows has no such owners and modes; its folder for temporary files is the user's own.
  return user === undefined || (uid === user && (mode & 0o077) === 0)
}

/** A folder of this program's alone, where one was needed. */
let ownFolder: string | undefined

/** The folder of the addons: one for all programs of a user, so that each addon is written once. */
function privateFolder(): string {
  const { tmpdir } = process.getBuiltinModule('node:os')
  const shared = paths().join(tmpdir(), `mimeport-addons-${process.geteuid?.() ?? 'user'}`)
  try {
    // ! Not `recursive`: Node then tries without end where a folder is there and takes no other (`/proc`).
    fs().mkdirSync(shared, { mode: 0o700 })
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error
  }
  // Of a link itself: what it leads to is another's choice.
  const stats = fs().lstatSync(shared)
  if (stats.isDirectory() && isPrivate(stats)) return shared
  // Somebody else was there first: a folder that nobody can foresee, for this program only.
  ownFolder ??= fs().mkdtempSync(paths().join(tmpdir(), 'mimeport-addons-'))
  return ownFolder
}

/** Whether a file is there with these bytes, and stays so: who owns it, or may write to it, could change it. */
function holds(file: string, bytes: Uint8Array): boolean {
  try {
    const stats = fs().lstatSync(file)
    return stats.isFile() && isPrivate(stats) && fs().readFileSync(file).equals(bytes)
  } catch {
    return false
  }
}

/** Puts an addon on disk under the hash of its bytes, unless it is there: whole or not at all. Its path. */
function place(bytes: Uint8Array): string {
  const { createHash, randomUUID } = process.getBuiltinModule('node:crypto')
  const folder = privateFolder()
  const file = paths().join(folder, `${createHash('sha256').update(bytes).digest('hex')}.node`)
  if (holds(file, bytes)) return file
  const part = paths().join(folder, `${randomUUID()}.part`)
  try {
    fs().writeFileSync(part, bytes, { mode: 0o500, flag: 'wx' })
    fs().renameSync(part, file)
  } catch (error) {
    fs().rmSync(part, { force: true })
    // Windows does not replace a library that is in use: then it is the same one, from another thread.
    if (!holds(file, bytes)) throw error
  }
  return file
}

/** Why bytes cannot be put on disk; under the permission model, with the flags that let them be. */
function reasonOf(error: Error): string {
  if ((error as { code?: string }).code !== 'ERR_ACCESS_DENIED') return escapeText(error.message)
  const { tmpdir } = process.getBuiltinModule('node:os')
  const folders = paths().join(tmpdir(), 'mimeport-addons-*')
  const flags = ['--allow-fs-read', '--allow-fs-write'].map((flag) => written(flag, folders))
  return `that needs ${flags.join(' ')} --allow-addons`
}

/**
 * The CommonJS text that stands for an addon under its URL: it loads the bytes from where they were put on disk.
 * @throws {LoaderError} ERR_MIMEPORT_ADDON when they cannot be put there.
 */
export function addonText(url: string, bytes: string | Uint8Array | undefined): string {
  let path = ''
  try {
    const whole = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes
    // Where Node refuses all addons, the text is what Node refuses, and nothing is written.
    if (!isDisabled()) path = place(whole ?? new Uint8Array())
  } catch (cause) {
    throw new LoaderError(
      'ERR_MIMEPORT_ADDON',
      `Cannot load '${escapeText(url)}': it is an addon, which has to be on disk, and it cannot be put there: ${reasonOf(cause as Error)}`,
      { url, cause },
    )
  }
  const message = JSON.stringify(`Cannot load '${escapeText(url)}' as an addon: `)
  return (
    `try { process.dlopen(module, ${JSON.stringify(path)}) } catch (cause) { ` +
    `throw Object.assign(new Error(${message} + cause.message, { cause }), { code: cause.code }) }\n`
  )
}
