/**
 * docs/cli.md shows what is really printed: each `console` block is run, one after the other, in one project with a server.
 * `node test/cli-docs.test.mts --write` writes what is printed into the page.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mimeport } from './support/cli.mts'
import { startServer } from './support/server.mts'
import { makeProject, run } from './support/spawn.mts'
import { installCompiler } from './support/typed-project.mts'

const test = suite('cli-docs')
const page = new URL('../docs/cli.md', import.meta.url)
/** What stands for the server in the page. */
const ORIGIN = 'http://localhost:8080'

const units = (text: string) =>
  `export const kilo = (n: number): string => \`\${n / 1000} ${text}\`\n`
const files: Readonly<Record<string, string>> = {
  'app.mjs': `import { report } from '${ORIGIN}/latest'\n\nconsole.log(report)\n`,
  'node_modules/mimeport/schema.json': '{}',
}
const routes = {
  '/latest': { status: 302, headers: { location: '/report.md' } },
  '/report.md': {
    headers: { 'content-type': 'text/markdown' },
    body: "# Report\n\n```ts\nimport { kilo } from './units.ts'\n\nexport const report: string = kilo(1500)\n```\n",
  },
  '/units.ts': {
    headers: { 'content-type': 'application/typescript', 'cache-control': 'max-age=86400' },
    body: units('kilo'),
  },
}

test('each command in docs/cli.md prints what the page says', async () => {
  const server = await startServer()
  await server.set(routes)
  const project = makeProject(
    Object.fromEntries(
      Object.entries(files).map(([name, text]) => [name, text.replaceAll(ORIGIN, server.url)]),
    ),
  )
  installCompiler(project.path)
  const options = {
    cwd: project.path,
    env: { CI: '', MIMEPORT_CACHE: `${project.path}/.cache` },
  }
  /** What is done between two commands: a comment in the page says so. */
  const events: Readonly<Record<string, () => Promise<unknown>>> = {
    'the server has another units.ts now': () =>
      server.set('/units.ts', { ...routes['/units.ts'], body: units('k') }),
    'the server redirects to another report now': () =>
      server.set('/latest', { status: 302, headers: { location: '/report-2.md' } }),
    'the server is stopped, and the cache is deleted': async () => {
      await server.stop()
      options.env.MIMEPORT_CACHE = 'off'
    },
    'the configuration has a mistyped key': async () => {
      project.write({ 'mimeport.json': '{ "alow": ["https://cdn.example/"], "lock": 1 }\n' })
    },
  }

  async function output(line: string): Promise<string> {
    if (line.startsWith('# ')) {
      const event = events[line.slice(2)]
      assert.ok(event, `nobody knows what to do for '${line}'`)
      await event()
      return ''
    }
    if (line.startsWith('cat ')) return readFileSync(`${project.path}/${line.slice(4)}`, 'utf8')
    const [, offline, command = ''] = /^(MIMEPORT_OFFLINE=1 )?(.+)$/.exec(line) ?? []
    const [program = '', ...args] = command.replaceAll(ORIGIN, server.url).split(' ')
    const env = { ...options.env, ...(offline !== undefined && { MIMEPORT_OFFLINE: '1' }) }
    const own = { ...options, env }
    const { stdout, stderr } =
      program === 'npx' ? await mimeport(args.slice(1), own) : await run(args.slice(2), own)
    const shown = (stdout + stderr).replaceAll(server.url, ORIGIN)
    // How long something took, how old it is and who asks depends on who runs this, and so does what a pack says of where it
    // was made.
    return shown
      .replaceAll(project.path, '/project')
      .replaceAll(`127.0.0.1:${new URL(server.url).port}`, '127.0.0.1:8080')
      .replaceAll(/\b\d+(?:\.\d)? m?s\b/g, '5 ms')
      .replace(/[\d.]+ kB/g, '105.2 kB')
  }

  try {
    const text = readFileSync(page, 'utf8').replaceAll('\r\n', '\n')
    const parts = text.split(/(?<=^```console\n)([^]*?)(?=^```$)/m)
    assert.ok(parts.length > 10, 'there are transcripts')
    for (let index = 1; index < parts.length; index += 2) {
      let printed = ''
      for (const [, line = ''] of parts[index]!.matchAll(/^\$ (.+)$/gm)) {
        printed += `$ ${line}\n${await output(line)}`
      }
      if (process.argv.includes('--write')) parts[index] = printed
      else assert.is(parts[index], printed)
    }
    for (const [name, content] of Object.entries(files)) {
      const isInstalled = name.startsWith('node_modules/')
      assert.ok(isInstalled || text.includes(content), `the page shows ${name}`)
    }
    if (process.argv.includes('--write')) writeFileSync(page, parts.join(''))
  } finally {
    await server.stop()
    project.remove()
  }
})

test.run()
