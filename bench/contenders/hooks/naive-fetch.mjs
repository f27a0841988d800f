// The loader for the network that everybody writes first: `module.register`, and `fetch` in the load hook.
import module from 'node:module'

const hooks = `
const remote = (url) => url.startsWith('http:') || url.startsWith('https:')
export async function resolve(specifier, context, next) {
  if (remote(specifier)) return { url: specifier, format: 'module', shortCircuit: true }
  if (context.parentURL !== undefined && remote(context.parentURL))
    return { url: new URL(specifier, context.parentURL).href, format: 'module', shortCircuit: true }
  return next(specifier, context)
}
export async function load(url, context, next) {
  if (!remote(url)) return next(url, context)
  const response = await fetch(url)
  if (!response.ok) throw new Error(url + ' answered ' + response.status)
  return { format: 'module', source: await response.text(), shortCircuit: true }
}`
module.register(`data:text/javascript,${encodeURIComponent(hooks)}`)
