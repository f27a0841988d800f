// The loader for Markdown that everybody writes first: marked finds the fences, Node strips the types.
import { readFileSync } from 'node:fs'
import module from 'node:module'
import { pathToFileURL } from 'node:url'

const { marked } = await import(pathToFileURL(process.env.BENCH_MARKED).href)

function code(text) {
  const fences = marked.lexer(text).filter(({ type }) => type === 'code')
  return fences
    .filter(({ lang }) => lang === 'js' || lang === 'ts')
    .map(({ text }) => text)
    .join('\n')
}

module.registerHooks({
  load(url, context, next) {
    if (!url.endsWith('.md')) return next(url, context)
    const source = code(readFileSync(new URL(url), 'utf8'))
    const stripped = url.endsWith('.ts.md') ? module.stripTypeScriptTypes(source) : source
    return { format: 'module', source: stripped, shortCircuit: true }
  },
})
