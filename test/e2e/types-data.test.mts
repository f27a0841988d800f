/** What `mimeport types` declares of data: by its values, as the built-in loaders make modules of it. docs/types.md#data */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../support/spawn.mts'
import { typedProject } from '../support/typed-project.mts'

const test = suite('types of data')

/** More kinds of objects in one list than a compiler would write down. */
const manifold = Array.from({ length: 3000 }, (_, n) => `- { id: ${n}, k${n % 90}: x }`)

const files = {
  'src/bakery.yaml':
    'name: Rye and Wry\nweek: { open: 7, closed: [Sunday] }\nclass: a\nopen-since: 1987\n',
  'src/exact.yaml': 'id: 9007199254740993\nold: &x { a: 1 }\nnow: *x\n',
  'src/many.yaml': `${manifold.join('\n')}\n`,
  'src/config.toml': 'since = 1979-05-27T07:32:00Z\nday = 1979-05-27\n[server]\nport = 8080\n',
  'src/theme.json5': "{ accent: '#b40000', sizes: [0.5, 1], }\n",
  'src/prices.csv': 'item,price\nbread,3.20\n',
  'src/prices.tsv': 'item\tprice\nbread\t3.20\n',
}

/** Each import, a right use of it, and one that is wrong. */
const uses: readonly (readonly [import_: string, right: string, wrong: string])[] = [
  [
    "import bakery, { name, week, class as kind } from './bakery.yaml'",
    "const s: string[] = [name, kind, ...week.closed]; const n: number = week.open + bakery['open-since']",
    'const wrong1: number = name',
  ],
  ["import { week as week2 } from './bakery.yaml'", 'week2.open', 'week2.shut'],
  [
    "import { id, old, now } from './exact.yaml'",
    'const big: bigint = id; const one: number = old.a + now.a',
    'const wrong2: number = id',
  ],
  [
    "import many from './many.yaml'",
    'const first: number = many[0]!.id; const some: string | undefined = many[0]!.k7',
    'const wrong3: string = many[0]!.k7',
  ],
  [
    "import config, { server, since } from './config.toml'",
    'const year: number = since.getUTCFullYear() + server.port; const day: string = config.day',
    'const wrong4: Date = config.day',
  ],
  [
    "import theme, { accent } from './theme.json5'",
    'const colour: string = accent; const size: number = theme.sizes[0]!',
    'accent.size',
  ],
  [
    "import rows from './prices.csv'",
    'const item: string = rows[0]!.item',
    'const wrong5: number = rows[0]!.price',
  ],
  ["import tabs from './prices.tsv'", 'const cell: string = tabs[0]!.price', 'tabs[0]!.cost'],
]

const lines = (uses_: readonly string[]) => uses_.map((each) => `${each}\n`).join('')
const imports = lines(uses.map(([each]) => each))

test('YAML, TOML, JSON5, CSV and TSV have the types of their values, and their keys as exports', async () => {
  const project = typedProject({
    ...files,
    'src/app.ts': imports + lines(uses.map(([, right]) => right)),
  })
  try {
    const { status, stderr } = await project.types(['src/app.ts'])
    assert.is(stderr, '')
    assert.is(status, 0)
    assert.equal(await project.check(), [])
    const missing = "import { nam } from './bakery.yaml'\n"
    project.write({
      'src/app.ts': imports + lines(uses.map(([, , wrong]) => wrong)),
      'src/missing.ts': missing,
    })
    const errors = (await project.check()).filter((line) => !line.startsWith(' '))
    const places = errors.map((line) => /^src[\\/](\w+\.ts)\((\d+),/.exec(line)?.slice(1).join(':'))
    assert.equal(places.sort(), [
      ...uses.map((_, index) => `app.ts:${uses.length + index + 1}`).sort(),
      'missing.ts:1',
    ])
  } finally {
    project.remove()
  }
})

test('what JSON can say needs no TypeScript', async () => {
  const names = ['bakery.yaml', 'theme.json5', 'prices.csv', 'many.yaml']
  const app = lines(names.map((name, index) => `import x${index} from './${name}'`))
  const project = typedProject({ ...files, 'src/app.ts': app }, { compiler: false })
  try {
    const { status, stderr } = await project.types(['src/app.ts'])
    assert.is(status, 0, stderr)
    const text = project.read('declarations/root/src/bakery.d.yaml.ts')
    assert.match(text, 'export0 as name')
    // What the declarations have is what the program has.
    const probe = "import * as all from './src/bakery.yaml'; console.log(Object.keys(all).join())"
    project.write({ 'probe.mjs': probe })
    const { stdout } = await run(['probe.mjs'], { cwd: project.path })
    const declared = [...text.matchAll(/(\w+) as (\w+)/g)].map(([, , name]) => name)
    assert.is(stdout.trim(), declared.sort().join())
  } finally {
    project.remove()
  }
})

test.run()
