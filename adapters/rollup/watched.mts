/** Files that plugins want watched: `node --watch` is told of them, as Node tells it of modules. */

import { parentPort } from 'node:worker_threads'

const files = new Set<string>()

/** Has a file watched, if anybody watches. docs/node-notes.md: watch mode is told of modules. */
export function watchFile(path: string): void {
  if (files.has(path)) return
  files.add(path)
  if (process.env['WATCH_REPORT_DEPENDENCIES'] === undefined) return
  const report = { 'watch:require': [path] }
  if (parentPort !== null) parentPort.postMessage(report)
  else process.send?.(report)
}

export function watchedFiles(): string[] {
  return [...files]
}
