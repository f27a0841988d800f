/** Node, started in the place of this process. docs/decisions/042-run.md */

import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { isatty } from 'node:tty'
import { Relay } from './relay.mts'

/** Arguments and variables that every system takes at once, in bytes. Beyond, a failure is to be one that can be told. */
const PLAIN_BYTES = 100_000

/** Replaces this process. Returns only where that cannot be. */
function replace(args: readonly string[]): void {
  // A channel to whoever forked us would be lost: descriptors beyond stderr are closed.
  if (process.execve === undefined || process.send !== undefined) return
  if (process.platform === 'win32') return
  const { argv0, env, execPath } = process
  const words = [argv0, ...args, ...Object.entries(env).flat()]
  // ! Node 24 aborts where the system refuses.
  if (words.reduce((sum, word = '') => sum + Buffer.byteLength(word) + 1, 0) > PLAIN_BYTES) return
  process.execve(execPath, [argv0, ...args], env)
}

/** Those that somebody sends to a process to end it, or to tell it something. */
const passed = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGBREAK'] as const

/** Those that a terminal sends to all processes in front of it, ours and the program. */
const typed: readonly string[] = ['SIGINT', 'SIGQUIT', 'SIGBREAK']

/** Starts Node beside this process, which lives as long, hears what it hears, and ends as it ends. */
async function accompany(args: readonly string[]): Promise<number> {
  const hasTerminal = [0, 1, 2].some((fd) => isatty(fd))
  const hasChannel = process.send !== undefined
  const child = spawn(process.execPath, args, {
    argv0: process.argv0,
    stdio: ['inherit', 'inherit', 'inherit', ...(hasChannel ? (['ipc'] as const) : [])],
    ...(hasChannel && { serialization: Relay.serialization() }),
  })
  const relay = hasChannel ? new Relay(child) : undefined
  const listeners = passed
    .filter((signal) => Object.hasOwn(constants.signals, signal))
    .map((signal) => {
      const listener = (): void => {
        // The program has had it.
        if (hasTerminal && typed.includes(signal)) return
        child.kill(signal)
      }
      process.on(signal, listener)
      return () => process.off(signal, listener)
    })
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  child.once('error', reject)
  child.once('exit', (code, signal) => {
    for (const remove of listeners) remove()
    relay?.end()
    if (signal === null) return resolve(code ?? 1)
    // What a shell says of it, where we survive it: a signal that ends nobody, or Windows.
    process.exitCode = 128 + (constants.signals[signal] ?? 0)
    process.kill(process.pid, signal)
    // ! It comes in a moment; whoever ends before it has another status.
    setTimeout(() => resolve(process.exitCode as number), 1_000)
  })
  return promise
}

/**
 * Runs Node with these arguments as this process: its standard streams, its signals, its channel, its exit code.
 * @returns the exit code, where this process was not replaced
 */
export function handOver(args: readonly string[]): Promise<number> {
  replace(args)
  return accompany(args)
}
