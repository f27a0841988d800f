/** CSS → a module whose default export is the text; `.module.css` → its class names, and the text that goes with them. */

import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const name = 'css'

export const extensionMimeMap = { css: 'text/css' }

export const accepts = ['text/css']

/** Text of a module of class names, and of the CSS as a literal: what they are composed of in other files is imported. */
function moduleOf(text, classes) {
  const files = []
  const part = ({ type, name: own, specifier }) => {
    if (type !== 'dependency') return JSON.stringify(own)
    if (!files.includes(specifier)) files.push(specifier)
    return `file${files.indexOf(specifier)}[${JSON.stringify(own)}]`
  }
  const lines = classes.map(([key, { name: own, composes }], index) => {
    const parts = [JSON.stringify(own), ...composes.map(part)]
    const isName = /^(?!default$|cssText$)[a-z_$][\w$]*$/i.test(key)
    const line = `const class${index} = classes[${JSON.stringify(key)}] = [${parts}].join(' ')`
    return isName ? `${line}\nexport { class${index} as ${key} }` : line
  })
  const imports = files.map((file, at) => `import file${at} from ${JSON.stringify(file)}`)
  const head = ['const classes = Object.create(null)', `export const cssText = ${text}`]
  return [...imports, ...head, ...lines, 'export default classes', ''].join('\n')
}

export async function transform(headers, body, context) {
  const url = context?.url.replace(/[?#].*$/, '') ?? 'anonymous.css'
  const isModule = /\.module\.css$/i.test(url)
  if (!isModule) return { source: `export default ${JSON.stringify(body)}\n`, format: 'module' }
  // What the names are made unique by: the same on each machine.
  const isFile = url.startsWith('file:')
  const filename = isFile ? relative(process.cwd(), fileURLToPath(url)) : url
  const { transform: compile } = await import('lightningcss')
  try {
    const { code, exports } = compile({ filename, code: Buffer.from(body), cssModules: true })
    const classes = Object.entries(exports).sort(([a], [b]) => (a < b ? -1 : 1))
    return { source: moduleOf(JSON.stringify(code.toString()), classes), format: 'module' }
  } catch (error) {
    const { line, column } = error.loc ?? {}
    throw line === undefined ? error : new SyntaxError(`${line}:${column}: ${error.message}`)
  }
}
