/** The shapes of the module graphs: who imports whom. Module 0 is the root; a module imports only later ones. */

/** For each module, those that it imports. */
export type Graph = readonly (readonly number[])[]

const below = (count: number, ...children: readonly number[]) =>
  [...new Set(children)].filter((child) => child < count)

/** A binary tree with links across: what a program of local files looks like. */
export function tree(count: number): Graph {
  return Array.from({ length: count }, (_, at) => below(count, 2 * at + 1, 2 * at + 2, 3 * at + 5))
}

/** Three levels: a root, as many modules as the square root says, and all others below these. 200: 1 + 14 + 185. */
export function wide(count: number): Graph {
  const hubs = Math.floor(Math.sqrt(count))
  return Array.from({ length: count }, (_, at) => {
    if (at === 0) return Array.from({ length: hubs }, (_, hub) => hub + 1)
    if (at > hubs) return []
    const leaves: number[] = []
    for (let leaf = hubs + at; leaf < count; leaf += hubs) leaves.push(leaf)
    return leaves
  })
}

/** A chain: each module imports the next. */
export function deep(count: number): Graph {
  return Array.from({ length: count }, (_, at) => below(count, at + 1))
}

/** The root imports all of the first layer, and each module of a layer three of the next: most are met three times. */
export function diamond(count: number, levels = 8): Graph {
  const start = (layer: number) => 1 + Math.round(((layer - 1) * (count - 1)) / (levels - 1))
  return Array.from({ length: count }, (_, at) => {
    if (at === 0) return Array.from({ length: start(2) - 1 }, (_, index) => index + 1)
    let layer = 1
    while (start(layer + 1) <= at) layer += 1
    if (layer === levels - 1) return []
    const size = start(layer + 2) - start(layer + 1)
    const place = at - start(layer)
    const places = [place, place + 1, place * 7 + 3].map((next) => next % size)
    return [...new Set(places)].map((next) => start(layer + 1) + next)
  })
}

/** How many responses after each other the farthest module needs, by the shortest path to it. */
export function roundTrips(graph: Graph): number {
  const distance = new Map([[0, 1]])
  for (const [at, hops] of distance) {
    for (const next of graph[at]!) if (!distance.has(next)) distance.set(next, hops + 1)
  }
  if (distance.size !== graph.length) throw new Error('the graph has modules that nothing imports')
  return Math.max(...distance.values())
}

/** What the root's `value` is, where `own` is what each module adds by itself. */
export function checksum(graph: Graph, own: (at: number) => number): string {
  const values: number[] = []
  for (let at = graph.length - 1; at >= 0; at--) {
    const sum = graph[at]!.reduce((total, next) => total + values[next]!, own(at))
    values[at] = sum % MODULUS
  }
  return `checksum ${values[0]}`
}

/** Values stay below this, in the modules as here. */
export const MODULUS = 1_000_003

/** Whole numbers from 1 to 9,999, the same in each run: `salt` tells several of one module apart. */
export function number(at: number, salt: number): number {
  const mixed = Math.imul(at + 1, 2_654_435_761) + Math.imul(salt + 1, 40_503)
  return ((mixed >>> 0) % 9_999) + 1
}
