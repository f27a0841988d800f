import { strict as assert } from 'node:assert'

export function sum(prices: Record<string, number>): number {
  const all = Object.values(prices)
  assert(all.length > 0)
  return all.reduce((total, each) => total + each, 0)
}
