/** `node worker.mjs <kind>`: a worker that imports. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

const program = new URL('./import.mjs', import.meta.url)
const visit = JSON.stringify(new URL('./visit.cjs', import.meta.url))
const load = '(specifier, options) => import(specifier, options)'
const code = `import(${visit}).then(({ visitAll }) => visitAll(${load}))`
const dataURL = (text) => new URL(`data:text/javascript,${encodeURIComponent(text)}`)

const start = {
  file: () => new Worker(program),
  // Nothing is relative to a data: URL.
  data: () => new Worker(dataURL(code.replace(load, `${load}, { form: 'absolute' }`))),
  eval: () => new Worker(code, { eval: true }),
  bare: () => new Worker(program, { execArgv: [] }),
}
const [exitCode] = await once(start[process.argv[2]](), 'exit')
process.exitCode = exitCode
