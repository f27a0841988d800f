/** Modules that are made in one turn of the engine's event loop: whoever waits for one of them goes on while others are made. */

import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeProject, run } from '../support/spawn.mts'

const test = suite('one turn')

const COUNT = 12

/**
 * The modules that `turn:0` imports are made in one turn, each of which takes some time. The last one keeps the thread until
 * the program has the second, for which it has asked meanwhile.
 */
const loader = (flag: string) => `
  import { existsSync } from 'node:fs'
  export const name = 'turn'
  export const schemes = ['turn:']
  export const resolveRelativePath = async () => false
  const waiting = []
  const answer = (body) => ({ statusCode: 200, headers: { 'content-type': 'text/javascript' }, body })
  export async function resolve(specifier) {
    const number = Number(specifier.slice('turn:'.length))
    if (number === 0) {
      const imports = Array.from({ length: ${COUNT} }, (_, at) => \`import 'turn:\${at + 1}'\`)
      return answer(imports.join('\\n') + '\\nexport { waited as default } from "turn:${COUNT}"')
    }
    await new Promise((resolve) => {
      waiting.push(resolve)
      if (waiting.length < ${COUNT}) return
      setTimeout(() => {
        for (const each of waiting) setImmediate(each)
      }, 300)
    })
    const isLast = number === ${COUNT}
    const end = Date.now() + (isLast ? 10_000 : 20)
    while (Date.now() < end && !(isLast && existsSync(${JSON.stringify(flag)})));
    return answer(isLast ? \`export const waited = \${!existsSync(${JSON.stringify(flag)})}\` : 'export {}')
  }`

test('a call that comes meanwhile is taken before the turn is over', async () => {
  const { path, write, remove } = makeProject({})
  write({
    'turn.mjs': loader(join(path, 'asked')),
    'watch.mjs': `
      import { writeFileSync } from 'node:fs'
      import { registerHooks } from 'node:module'
      registerHooks({
        resolve(specifier, context, next) {
          const result = next(specifier, context)
          if (specifier === 'turn:2') writeFileSync(${JSON.stringify(join(path, 'asked'))}, '')
          return result
        },
      })`,
    'app.mjs': `import waited from 'turn:0'\nconsole.log(waited)`,
    'mimeport.json': '{ "loaders": ["./turn.mjs"] }',
  })
  try {
    const importing = new URL('../../loader.mts', import.meta.url).href
    const nodeArgs = ['--import', importing, '--import', './watch.mjs']
    const { stdout, stderr } = await run(['app.mjs'], { cwd: path, nodeArgs })
    assert.is(stderr, '')
    assert.is(stdout, 'false\n')
  } finally {
    remove()
  }
})

test.run()
