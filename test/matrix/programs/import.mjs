import { visitAll } from './visit.cjs'
await visitAll((specifier, options) => import(specifier, options))
