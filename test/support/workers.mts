/** Programs that start workers, and what their workers say. */

import * as assert from 'uvu/assert'
import { loaderPath, makeProject, run } from './spawn.mts'

/** A loader of the project's. */
export const virtualLoader = `
export const schemes = ['virtual:']
export const resolveRelativePath = (specifier, parent) => new URL(specifier, parent).href
export const resolve = (specifier) =>
  ({ headers: { 'content-type': 'text/javascript' }, body: 'export default ' + JSON.stringify(specifier) })
`

/** What each kind of worker does: imports Markdown and the project's loader's module, and says what it sees. */
const say = `const tell = async () => {
  const { n } = await import(process.env.NOTE ?? './n.md')
  const { default: own } = await import('virtual:x')
  const { execArgv, argv } = process
  const options = process.env.NODE_OPTIONS ?? null
  const { parentPort, threadId, workerData } = await import('node:worker_threads')
  parentPort.postMessage({ n, own, execArgv, options, argv: argv.slice(2), workerData })
}
`

/** Every program's. */
export const files = {
  'mimeport.json': '{ "loaders": ["./virtual.mjs"] }',
  'virtual.mjs': virtualLoader,
  'n.md': '```ts\nexport const n: number = 7\n```\n',
  'w.mjs': `${say}await tell()`,
  'w.cjs': `${say}tell()`,
  'w.ts': `enum Mode { On = 1 }\n${say}if (Mode.On === 1) await tell()`,
  'w.mjs.md': `# A worker\n\n\`\`\`js\n${say}await tell()\n\`\`\`\n`,
  'worker.mjs': `
    import { once } from 'node:events'
    import { Worker } from 'node:worker_threads'
    /** What a worker says, or the error that it ends with. */
    export async function ask(filename, options) {
      const worker = new Worker(filename, options)
      const said = once(worker, 'message').then(([message]) => message, (error) => ({ code: error.code, message: error.message }))
      const message = await said
      await worker.terminate()
      return message
    }`,
}

/** Runs a program that fills `results` by `ask`. */
export async function ask(
  program: string,
  { nodeArgs = ['--import', loaderPath], env = {}, args = [] as string[], more = {} } = {},
): Promise<{ results: any; path: string }> {
  const project = makeProject({
    ...files,
    ...more,
    'app.mjs': `
      import { ask } from './worker.mjs'
      const at = (name) => new URL(name, import.meta.url)
      const text = ${JSON.stringify(`${say}tell()`)}
      const moduleText = ${JSON.stringify(`import './n.md'\n${say}await tell()`)}
      const data = (code) => new URL('data:text/javascript,' + encodeURIComponent(code.replaceAll('./n.md', at('n.md').href)))
      const results = {}
      ${program}
      console.log(JSON.stringify(results))`,
  })
  try {
    const { stdout, stderr, status } = await run(['app.mjs', ...args], {
      cwd: project.path,
      nodeArgs,
      env,
    })
    assert.is(stderr, '')
    assert.is(status, 0)
    return { results: JSON.parse(stdout), path: project.path }
  } finally {
    project.remove()
  }
}
