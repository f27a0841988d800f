import { resolveAll } from './visit.cjs'
resolveAll((specifier) => import.meta.resolve(specifier), 'url')
