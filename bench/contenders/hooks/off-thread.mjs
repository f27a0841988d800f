// Asynchronous hooks in a thread of their own that do nothing: what loaders on `module.register` pay at least.
import module from 'node:module'

const hooks = `
export const resolve = (specifier, context, next) => next(specifier, context)
export const load = (url, context, next) => next(url, context)`
module.register(`data:text/javascript,${encodeURIComponent(hooks)}`)
