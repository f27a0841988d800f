/** What the programs of the matrix share: visits the modules of a source, and tells what it found. */

const { appendFileSync } = require('node:fs')
const { REPORT, FORMATS } = process.env
const all = require('./cells.cjs')

const wanted =
  FORMATS === undefined ? all : all.filter(({ format }) => FORMATS.split(' ').includes(format))

/** A file, since standard output belongs to the program. */
function report(fact) {
  appendFileSync(REPORT, `${JSON.stringify(fact)}\n`)
}

const named = ({ code, name, message } = {}) => ({ failed: code ?? name, message })

/** What was evaluated so far of a format's modules, in the order of names. */
function evaluated(format) {
  return (globalThis.evaluated ?? [])
    .filter((name) => name === format || name.startsWith(`${format} `))
    .sort()
}

function facts(cell, first, second) {
  return {
    value: cell.probe(first, cell),
    again: first === second,
    evaluated: evaluated(cell.format),
  }
}

/** Imports each module twice with `load(specifier, options)`, in whatever `form` of its specifier. */
async function visitAll(load, { form = 'specifier', before = () => ({}) } = {}) {
  for (const cell of wanted) {
    const { format, options } = cell
    try {
      const more = await before(cell)
      const first = await load(cell[form], options, cell)
      const second = await load(cell[form], options, cell)
      report({ format, ...facts(cell, first, second), ...more })
    } catch (error) {
      report({ format, ...named(error) })
    }
  }
  report({ done: true })
  process.send?.('done')
}

/** Requires each module twice. */
function requireAll(require, form = 'specifier') {
  for (const cell of wanted) {
    const { format } = cell
    try {
      report({ format, ...facts(cell, require(cell[form]), require(cell[form])) })
    } catch (error) {
      report({ format, ...named(error) })
    }
  }
  report({ done: true })
  return 'all required'
}

/** Requires each module, then imports it: it is the same one. */
async function requireThenImport(require, load) {
  for (const cell of wanted) {
    const { format, options, specifier, probe } = cell
    try {
      const first = require(specifier)
      const found = facts(cell, first, require(specifier))
      const imported = await load(specifier, options)
      const same = imported['module.exports'] === undefined || imported.default === first
      report({
        format,
        ...found,
        imported: [probe(imported, cell), same],
        evaluated: evaluated(format),
      })
    } catch (error) {
      report({ format, ...named(error) })
    }
  }
  report({ done: true })
}

/** Resolves each module to its `url` or its `filename`: nothing of it runs. */
function resolveAll(resolve, key) {
  for (const cell of wanted) {
    const { format, specifier } = cell
    try {
      const resolved = resolve(specifier)
      const again = resolve(specifier) === resolved
      const value = resolved === cell[key] ? key : resolved
      report({ format, value, again, evaluated: evaluated(format) })
    } catch (error) {
      report({ format, ...named(error) })
    }
  }
  report({ done: true })
}

module.exports = { evaluated, report, requireAll, requireThenImport, resolveAll, visitAll, wanted }
