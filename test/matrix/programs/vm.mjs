import { fileURLToPath } from 'node:url'
import { constants, Script } from 'node:vm'
import { visitAll } from './visit.cjs'

const script = new Script('(specifier, options) => import(specifier, options)', {
  filename: fileURLToPath(new URL('./script.js', import.meta.url)),
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
})
await visitAll(script.runInThisContext())
