/**
 * Lets tests that import parts of the source have those of the installed package: `--import` it beside
 * `MIMEPORT_UNDER_TEST`. What the package has in its bundled files stays the source's: so do the loaders that a test sets
 * up by a part of the core.
 */

import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const source = new URL('../../', import.meta.url).href
const installed = new URL('./', pathToFileURL(process.env['MIMEPORT_UNDER_TEST']!)).href
const parts = /^(?:contract|loaders\/(?!encrypted|signed)[\w-]+)\//

registerHooks({
  resolve(specifier, context, next) {
    const result = next(specifier, context)
    const path = result.url.startsWith(source) ? result.url.slice(source.length) : ''
    if (!parts.test(path)) return result
    const url = installed + path.replace(/\.mts$/, '.mjs')
    return existsSync(fileURLToPath(url)) ? next(url, context) : result
  },
})
