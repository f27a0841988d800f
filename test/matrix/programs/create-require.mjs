import { createRequire } from 'node:module'
import { requireThenImport } from './visit.cjs'
const require = createRequire(import.meta.url)
await requireThenImport(require, (specifier, options) => import(specifier, options))
