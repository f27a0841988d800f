/** Says of the texts on its standard input, an array in JSON, which V8 takes for modules. Needs --experimental-vm-modules. */

import { readFileSync } from 'node:fs'
import { SourceTextModule } from 'node:vm'

const texts = JSON.parse(readFileSync(0, 'utf8')) as string[]

function isModule(text: string): boolean {
  try {
    new SourceTextModule(text)
    return true
  } catch {
    return false
  }
}

process.stdout.write(JSON.stringify(texts.map(isModule)))
