// Two hooks that do nothing: what any loader pays at least.
import module from 'node:module'

module.registerHooks({
  resolve: (specifier, context, next) => next(specifier, context),
  load: (url, context, next) => next(url, context),
})
