import { createContext, runInContext } from 'node:vm'

/** Runs a script in a global object of its own. What it has added to that is what it exports. */
export default function execute(setters, { url, source }) {
  const global = createContext({ console })
  global.window = global
  const before = new Set(Object.keys(global))
  runInContext(source, global, { filename: url })
  const added = Object.entries(global).filter(([name]) => !before.has(name))
  return Object.fromEntries(added)
}
