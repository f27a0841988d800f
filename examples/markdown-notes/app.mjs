import { createRequire } from 'node:module'
import { Rate, grown } from './notes.md'

console.log(`100 at ${Rate.Savings} %: ${grown(100, Rate.Savings, 10).toFixed(2)} in ten years`)
console.log(`100 at ${Rate.Loan} %: ${grown(100, Rate.Loan, 10).toFixed(2)} in ten years`)

const require = createRequire(import.meta.url)
console.log(`required and imported, it is one module: ${require('./notes.md').grown === grown}`)

try {
  grown(100, Rate.Loan, -1)
} catch (error) {
  // The second line of the stack: where in the document the error was thrown.
  console.log(`${error.message} (${error.stack.match(/notes\.md:\d+:\d+/)[0]})`)
}
