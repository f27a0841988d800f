/** Imports each URL, and counts what runs of its module: each name in it is a getter that counts. */

import { readFileSync, writeSync } from 'node:fs'

const { names, urls } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
let ran = 0
for (const name of names) {
  Object.defineProperty(globalThis, name, {
    get() {
      ran++
      return 0
    },
  })
}
const outcomes = []
for (const url of urls) {
  ran = 0
  let code = 'none'
  try {
    await import(url)
  } catch (error) {
    code = error.code ?? error.name
  }
  outcomes.push([code, ran])
}
writeSync(1, JSON.stringify(outcomes))
