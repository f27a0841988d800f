/**
 * `npm run demo`: starts a GitHub and a web server on loopback, each in a process of its own, and runs `app.mjs` with the
 * loader. The GitHub is a real git repository, made on the spot from `repository/`, behind git's own HTTP backend.
 */

import { spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startGitHub } from '../../test/support/github.mts'
import { startServer } from '../../test/support/server.mts'

const here = fileURLToPath(new URL('.', import.meta.url))

/** The files below a folder: path in it → text. */
function filesOf(folder: string): Record<string, string> {
  const root = join(here, folder)
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [
        path.slice(root.length + 1).replaceAll('\\', '/'),
        readFileSync(path, 'utf8'),
      ]),
  )
}

const github = await startGitHub({ repos: { 'acme/handbook': { files: filesOf('repository') } } })
const web = await startServer()
for (const [path, text] of Object.entries(filesOf('web'))) await web.set(`/${path}`, text)

const child = spawn(process.execPath, ['--import', '../../loader.mts', 'app.mjs'], {
  cwd: here,
  env: { ...process.env, ...github.env, WEB: web.url },
  stdio: 'inherit',
})
process.exitCode = await new Promise<number>((resolve) => {
  child.on('close', (status) => resolve(status ?? 1))
})
await Promise.all([github.stop(), web.stop()])
