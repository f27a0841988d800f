/** Modules of plain JavaScript, some 1.8 KB each. */

import { MODULUS, number } from './graph.mts'
import type { Graph } from './graph.mts'

/** Amounts in a module's table. */
const AMOUNTS = 12
const RATE = 3

const amounts = (at: number) => Array.from({ length: AMOUNTS }, (_, salt) => number(at, salt))

/** What module `at` adds by itself. */
export function own(at: number): number {
  return amounts(at).reduce((sum, amount) => sum + amount * RATE, at % 97)
}

/** A module's text. `file` says how a module is named by those that import it. */
export function javascript(
  graph: Graph,
  at: number,
  file: (at: number) => string,
  format: 'module' | 'commonjs' = 'module',
): string {
  const imports = graph[at]!.map((next) =>
    format === 'module'
      ? `import { value as value${next} } from './${file(next)}'\n`
      : `const { value: value${next} } = require('./${file(next)}')\n`,
  ).join('')
  const sum = graph[at]!.map((next) => ` + value${next}`).join('')
  const exports = format === 'module' ? 'export ' : ''
  return `${imports}
/**
 * Ledger ${at}: keeps amounts by account and answers what they come to. Nothing here is clever: it is what modules of
 * applications look like, with a class, some functions, a table, and comments like this one.
 */
class Ledger${at} {
  #entries = new Map()
  #rate
  constructor(rate) {
    this.#rate = rate
  }
  add(account, amount) {
    if (!Number.isFinite(amount)) throw new TypeError(\`ledger ${at}: \${account} has no amount\`)
    const before = this.#entries.get(account) ?? 0
    this.#entries.set(account, before + amount)
    return this
  }
  get total() {
    let sum = 0
    for (const amount of this.#entries.values()) sum += amount * this.#rate
    return sum
  }
  *accounts() {
    for (const [account, amount] of this.#entries) yield { account, amount, rate: this.#rate }
  }
}

const table${at} = [${amounts(at).join(', ')}]

/** Splits a line of the form \`account=amount\`, as the files of ledger ${at} have them. */
${exports}function parse${at}(line) {
  const place = line.indexOf('=')
  if (place < 0) return undefined
  return { account: line.slice(0, place).trim(), amount: Number(line.slice(place + 1)) }
}

/** Shows what ledger ${at} has, a line for each account, the largest first. */
${exports}function show${at}(ledger) {
  return [...ledger.accounts()]
    .sort((a, b) => b.amount - a.amount)
    .map(({ account, amount, rate }) => \`\${account}: \${(amount * rate).toFixed(2)}\`)
    .join('\\n')
}

const ledger${at} = new Ledger${at}(${RATE})
for (const [index, amount] of table${at}.entries()) {
  const entry = parse${at}(\`account-\${index}=\${amount}\`)
  if (entry !== undefined) ledger${at}.add(entry.account, entry.amount)
}
${format === 'module' ? 'export const value' : 'const value'} = (ledger${at}.total + ${at % 97}${sum}) % ${MODULUS}
${format === 'module' ? '' : `module.exports = { value, parse${at}, show${at} }\n`}`
}
