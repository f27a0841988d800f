/** Commands whose engine does not give way: each ends, and says so, as an import does. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mimeport } from '../support/cli.mts'
import { typedProject } from '../support/typed-project.mts'
import { denied, passed } from '../threats/record.mts'

const test = suite('cli-lost')

/** ms. For ever, to whoever waits for a test. */
const FOR_EVER = 60_000

const loader = `
const where = process.env.LOOPS
if (where === 'top') for (;;);
export const extensionMimeMap = { odd: 'text/x-odd' }
export const accepts = ['text/x-odd']
export function transform() {
  if (where === 'transform') for (;;);
  return { source: 'export default 1', format: 'module' }
}
`

const files = {
  'mimeport.json': '{ "loaders": ["./loaders/*"] }',
  'loaders/odd.mjs': loader,
  'app.mts': "import './x.odd'\n",
  'x.odd': '',
  'tsconfig.json': '{}',
}

/** Runs a command with a loader that loops for ever, and with the same one as it should be. */
async function tried(args: readonly string[], where: 'top' | 'transform'): Promise<void> {
  const project = typedProject(files)
  const how = { cwd: project.path, timeout: FOR_EVER }
  try {
    const lost = await mimeport(args, { ...how, env: { LOOPS: where } })
    assert.is(lost.status, 1, `${args.join(' ')}: ${lost.stdout}${lost.stderr}`)
    const said = `${lost.stdout}${lost.stderr}`
    assert.ok(said.includes('its event loop stood still at full load'), said)
    denied('T37', `mimeport ${args[0]} with a loader that loops`)
    const fine = await mimeport(args, how)
    assert.is(fine.status, 0, `${args.join(' ')}: ${fine.stdout}${fine.stderr}`)
    passed('T37', `mimeport ${args[0]} with a loader that does not`)
  } finally {
    project.remove()
  }
}

for (const command of ['cache', 'lock', 'vendor', 'types', 'outdated']) {
  test(`mimeport ${command} ends when a loader loops for ever`, () =>
    tried([command, 'app.mts'], 'transform'))
}

for (const args of [['check'], ['cache', 'ls']]) {
  test(`mimeport ${args.join(' ')} ends when the top level of a loader loops for ever`, () =>
    tried(args, 'top'))
}

test.run()
