/**
 * Modules of TypeScript, some 2 KB each. A quarter has an enum, a quarter a parameter property, 10 % a decorator (as
 * `experimentalDecorators` means it), 5 % a namespace, 10 % are .tsx; the erasable variant has types alone.
 */

import { MODULUS, number } from './graph.mts'
import type { Graph } from './graph.mts'

export type Variant = 'mixed' | 'erasable'

const RATE = 3
const AMOUNTS = 8

const amounts = (at: number) => Array.from({ length: AMOUNTS }, (_, salt) => number(at, salt))

interface Feature {
  readonly has: (at: number) => boolean
  readonly text: (at: number) => string
  /** The expression that the module adds, and what it comes to. */
  readonly adds: (at: number) => readonly [expression: string, value: number]
}

const seed = (at: number) => number(at, 99)

const features: readonly Feature[] = [
  {
    has: (at) => at % 4 === 0,
    text: (at) => `export enum Level${at} {
  Low = ${seed(at)},
  High = Low * 2,
  Name = 'level',
}
`,
    adds: (at) => [`Level${at}.High + Level${at}[Level${at}.Low]!.length`, seed(at) * 2 + 3],
  },
  {
    has: (at) => at % 4 === 1,
    text: (at) => `export class Account${at} {
  constructor(
    public readonly owner: string,
    private readonly amount: number,
  ) {}
  get doubled(): number {
    return this.amount * 2
  }
}
`,
    adds: (at) => [`new Account${at}('owner', ${seed(at)}).doubled`, seed(at) * 2],
  },
  {
    has: (at) => at % 10 === 3,
    text: (
      at,
    ) => `function tripled(_target: object, _key: string, descriptor: PropertyDescriptor): void {
  const method = descriptor.value as (...given: unknown[]) => number
  descriptor.value = function (this: unknown, ...given: unknown[]) {
    return method.apply(this, given) * 3
  }
}
export class Counter${at} {
  @tripled
  count(step: number): number {
    return step + 1
  }
}
`,
    adds: (at) => [`new Counter${at}().count(${seed(at)})`, (seed(at) + 1) * 3],
  },
  {
    has: (at) => at % 20 === 7,
    text: (at) => `export namespace Rates${at} {
  export const base: number = ${seed(at)}
  export const above = (step: number): number => base + step
}
`,
    adds: (at) => [`Rates${at}.above(1)`, seed(at) + 1],
  },
  {
    has: (at) => at % 10 === 9,
    text: (at) => `interface Element${at} {
  type: string
  properties: Record<string, unknown> | null
  children: unknown[]
}
function element(type: string, properties: Record<string, unknown> | null, ...children: unknown[]) {
  return { type, properties, children } satisfies Element${at}
}
export const view${at} = (
  <section title="ledger">
    {${seed(at)}}
    <b>ledger ${at}</b>
  </section>
) as unknown as Element${at}
`,
    adds: (at) => [`Number(view${at}.children[0]) + view${at}.children.length`, seed(at) + 2],
  },
]

const featuresOf = (at: number, variant: Variant) =>
  variant === 'mixed' ? features.filter(({ has }) => has(at)) : []

/** What module `at` adds by itself. */
export function own(at: number, variant: Variant): number {
  const ledger = amounts(at).reduce((sum, amount) => sum + amount * RATE, at % 97)
  return featuresOf(at, variant).reduce((sum, { adds }) => sum + adds(at)[1], ledger)
}

/** Module `at`'s extension. */
export function extension(at: number, variant: Variant): '.ts' | '.tsx' {
  return variant === 'mixed' && at % 10 === 9 ? '.tsx' : '.ts'
}

/** A module's text. `file` says how a module is named by those that import it. */
export function typescript(
  graph: Graph,
  at: number,
  variant: Variant,
  file: (at: number) => string,
): string {
  const imports = graph[at]!.map(
    (next) => `import { value as value${next}, type Entry${next} } from './${file(next)}'\n`,
  ).join('')
  const used = featuresOf(at, variant)
  // A pragma for JSX counts at the beginning of a file alone.
  const jsx = extension(at, variant) === '.tsx'
  const pragma = jsx ? '/** @jsxRuntime classic @jsx element */\n' : ''
  const sum = [
    ...graph[at]!.map((next) => `value${next}`),
    ...used.map(({ adds }) => adds(at)[0]),
  ].map((term) => ` + ${term}`)
  const known = graph[at]!.map((next) => ` | Entry${next}['account']`).join('')
  return `${pragma}${imports}
/** One line of ledger ${at}, as its files have them. */
export interface Entry${at} {
  readonly account: string
  readonly amount: number
}
export type Known${at} = 'none'${known}

/**
 * Ledger ${at}: keeps amounts by account and answers what they come to. Nothing here is clever: it is what modules of
 * applications look like, with a class, some functions, a table, types, and comments like this one.
 */
class Ledger${at}<Account extends string = string> {
  readonly #entries: Map<Account, number> = new Map()
  readonly #rate: number
  constructor(rate: number) {
    this.#rate = rate
  }
  add(account: Account, amount: number): this {
    if (!Number.isFinite(amount)) throw new TypeError(\`ledger ${at}: \${account} has no amount\`)
    this.#entries.set(account, (this.#entries.get(account) ?? 0) + amount)
    return this
  }
  get total(): number {
    let sum = 0
    for (const amount of this.#entries.values()) sum += amount * this.#rate
    return sum
  }
}

${used.map(({ text }) => text(at)).join('\n')}
const table${at}: readonly number[] = [${amounts(at).join(', ')}]

/** Splits a line of the form \`account=amount\`; \`undefined\` for what is none. */
export function parse${at}(line: string): Entry${at} | undefined {
  const place = line.indexOf('=')
  if (place < 0) return undefined
  return { account: line.slice(0, place).trim(), amount: Number(line.slice(place + 1)) }
}

const ledger${at} = new Ledger${at}(${RATE})
for (const [index, amount] of table${at}.entries()) {
  const entry = parse${at}(\`account-\${index}=\${amount}\`)
  if (entry !== undefined) ledger${at}.add(entry.account, entry!.amount as number)
}
export const value: number = (ledger${at}.total + ${at % 97}${sum.join('')}) % ${MODULUS}
`
}
