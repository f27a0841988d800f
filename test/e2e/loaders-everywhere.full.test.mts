/** Each loader takes its format from files, from servers by media type, and from repositories; one program imports all. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fileURLToPath } from 'node:url'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { runProject } from '../support/spawn.mts'
import type { GitHub } from '../support/github.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('loaders everywhere')
const packages = fileURLToPath(new URL('../../examples/loaders/*', import.meta.url))

interface Format {
  readonly name: string
  readonly type: string
  readonly file: string
  readonly body: string
  /** What a program does with the module `m`. */
  readonly use: string
  readonly expected: unknown
}

const formats: readonly Format[] = [
  {
    name: 'yaml',
    type: 'application/yaml',
    file: 'x.yaml',
    body: 'a: 1\n',
    use: 'm.a',
    expected: 1,
  },
  {
    name: 'toml',
    type: 'application/toml',
    file: 'x.toml',
    body: 'a = 2\n',
    use: 'm.a',
    expected: 2,
  },
  {
    name: 'json5',
    type: 'application/json5',
    file: 'x.json5',
    body: '{a: 3}',
    use: 'm.a',
    expected: 3,
  },
  {
    name: 'csv',
    type: 'text/csv',
    file: 'x.csv',
    body: 'a\r\n4\r\n',
    use: 'm.default[0].a',
    expected: '4',
  },
  {
    name: 'tsv',
    type: 'text/tab-separated-values',
    file: 'x.tsv',
    body: 'a\tb\n5\t6\n',
    use: 'm.default[0].b',
    expected: '6',
  },
  {
    name: 'graphql',
    type: 'application/graphql',
    file: 'x.graphql',
    body: '#import "./f.graphql"\n{ a { ...F } }\n',
    use: 'm.default.definitions.map(({ kind, name }) => kind + (name?.value ?? ""))',
    expected: ['OperationDefinition', 'FragmentDefinitionF'],
  },
  {
    name: 'css',
    type: 'text/css',
    file: 'x.css',
    body: 'a { color: red }',
    use: 'm.default',
    expected: 'a { color: red }',
  },
  {
    name: 'css-modules',
    type: 'text/css',
    file: 'x.module.css',
    body: '.a { color: red; composes: b from "./y.module.css" }',
    use: '[m.a === m.default.a, m.a.split(" ").map((each) => each.replace(/^.*_/, "")), m.cssText.includes("red")]',
    expected: [true, ['a', 'b'], true],
  },
  {
    name: 'html',
    type: 'text/html',
    file: 'x.html',
    body: '<p>{{ a }}{{{ b }}}',
    use: 'm.render({ a: "<i>", b: "<b>" })',
    expected: '<p>&lt;i&gt;<b>',
  },
  {
    name: 'svg',
    type: 'image/svg+xml',
    file: 'x.svg',
    body: '<svg/>',
    use: 'm.default.replace(/^.*\\//, "")',
    expected: 'x.svg',
  },
  {
    name: 'mdx',
    type: 'text/mdx',
    file: 'x.mdx',
    body: '# Hi {1 + 1}\n',
    use: 'm.default().children',
    expected: ['Hi ', 2],
  },
]

/** What some of them import. */
const beside: Readonly<Record<string, string>> = {
  'f.graphql': 'fragment F on T { b }',
  'y.module.css': '.b { color: blue }',
}

/** Stands in for React's: a call of a component makes an object. */
const runtime = {
  'node_modules/react/package.json':
    '{ "type": "module", "exports": { "./jsx-runtime": "./jsx-runtime.js" } }',
  'node_modules/react/jsx-runtime.js':
    'export const jsx = (type, props) => props\nexport const jsxs = jsx\n',
}

let server: TestServer
let github: GitHub

test.before(async () => {
  server = await startServer()
  const files = { ...Object.fromEntries(formats.map(({ file, body }) => [file, body])), ...beside }
  const served = formats.map(({ name, file, type, body }) => {
    // A class of names is told by the file's name; all others by the media type alone.
    const path = name === 'css-modules' || name === 'svg' ? `/${file}` : `/${name}`
    return [path, { headers: { 'content-type': type }, body }]
  })
  await server.set({
    ...Object.fromEntries(served),
    '/f.graphql': {
      headers: { 'content-type': 'application/graphql' },
      body: beside['f.graphql']!,
    },
    '/y.module.css': { headers: { 'content-type': 'text/css' }, body: beside['y.module.css']! },
  })
  github = await startGitHub({
    repos: {
      'owner/repo': { files },
      'owner/documented': {
        files: {
          'x.yaml': 'a: 1\n',
          'x.toml': 'a = 2\n',
          'doc.md':
            "```js\nimport { a as yaml } from './x.yaml'\nimport { a as toml } from './x.toml'\nexport default [yaml, toml]\n```\n",
        },
      },
    },
  })
})
test.after(async () => {
  await Promise.all([server.stop(), github.stop()])
})

const places: Readonly<Record<string, (format: Format) => string>> = {
  'a file': ({ file }) => `./${file}`,
  'a server, by its Content-Type': ({ name, file }) =>
    `${server.url}/${name === 'css-modules' || name === 'svg' ? file : name}`,
  'a repository': ({ file }) => `github:owner/repo/${file}`,
}

for (const [place, specifierOf] of Object.entries(places)) {
  test(`every format comes from ${place}`, async () => {
    const lines = formats.map((format, index) => {
      const specifier = JSON.stringify(specifierOf(format))
      return `import * as m${index} from ${specifier}; all.push([${JSON.stringify(format.name)}, ((m) => ${format.use})(m${index})])`
    })
    const { stdout, stderr } = await runProject(
      {
        ...Object.fromEntries(formats.map(({ file, body }) => [file, body])),
        ...beside,
        ...runtime,
        'mimeport.json': JSON.stringify({ loaders: [packages] }),
        'app.mjs': `const all = []\n${lines.join('\n')}\nconsole.log(JSON.stringify(all))`,
      },
      { env: github.env },
    )
    assert.is(stderr, '')
    assert.equal(
      JSON.parse(stdout),
      formats.map(({ name, expected }) => [name, expected]),
    )
  })
}

test('fences of a Markdown document import what lies beside it, here, at a server and in a repository', async () => {
  const document = (places: readonly string[]) =>
    `# Rates\n\n\`\`\`js\nimport { a as yaml } from '${places[0]}'\nimport { a as toml } from '${places[1]}'\n\`\`\`\n\nSum:\n\n\`\`\`ts\nexport default [yaml, toml] as number[]\n\`\`\`\n`
  await server.set({
    '/doc.md': {
      headers: { 'content-type': 'text/markdown' },
      body: document(['./yaml', './toml']),
    },
  })
  const named = document(['./x.yaml', './x.toml'])
  const { stdout, stderr } = await runProject(
    {
      'x.yaml': 'a: 1\n',
      'x.toml': 'a = 2\n',
      'doc.md': named,
      'app.mjs': `
        for (const each of ['./doc.md', '${server.url}/doc.md', 'github:owner/documented/doc.md']) {
          console.log(JSON.stringify((await import(each)).default))
        }`,
    },
    { env: github.env },
  )
  assert.is(stderr, '')
  assert.is(stdout, '[1,2]\n'.repeat(3))
})

test('a text that is broken is an error with its line and column, wherever it came from', async () => {
  await server.set({
    '/broken': { headers: { 'content-type': 'application/toml' }, body: 'a = 1\na = 2\n' },
  })
  const specifiers = [
    './x.yaml',
    './x.graphql',
    './x.module.css',
    './x.mdx',
    `${server.url}/broken`,
  ]
  const { stdout, stderr } = await runProject({
    'x.yaml': 'a: 1\na: 2\n',
    'x.graphql': '{ a }\n{ ',
    'x.module.css': '.a { color: red }\n.b {{\n',
    'x.mdx': '# Hi\n\n<a\n',
    'mimeport.json': JSON.stringify({ loaders: [packages] }),
    'app.mjs': `for (const each of ${JSON.stringify(specifiers)}) {
      await import(each).catch(({ code, message }) => console.log(code, message.replaceAll('\\n', ' ')))
    }`,
  })
  assert.is(stderr, '')
  const lines = stdout.trim().split('\n')
  const expected = [
    /^ERR_MIMEPORT_INVALID_BODY Cannot parse 'file:.*x\.yaml:2:1' imported from '.*' as YAML: /,
    /^ERR_MIMEPORT_LOADER_FAILED Loader 'graphql' "transform" failed for 'file:.*x\.graphql'.*: 2:3: /,
    /^ERR_MIMEPORT_LOADER_FAILED Loader 'css' "transform" failed for 'file:.*x\.module\.css'.*: \d+:\d+: /,
    /^ERR_MIMEPORT_LOADER_FAILED Loader 'mdx' "transform" failed for 'file:.*x\.mdx'.*: [34]:\d+: /,
    /^ERR_MIMEPORT_INVALID_BODY Cannot parse 'http:.*broken:2:1' imported from '.*' as TOML: /,
  ]
  assert.is(lines.length, expected.length, stdout)
  for (const [index, pattern] of expected.entries()) assert.match(lines[index]!, pattern, stdout)
})

test('assets are bytes, data: URLs and texts by their queries; attributes go before loaders', async () => {
  const { stdout, stderr } = await runProject({
    'x.png': new Uint8Array([137, 80, 78, 71, 0, 255]),
    'x.svg': '<svg>é</svg>',
    'x.css': 'a{}',
    'mimeport.json': JSON.stringify({ loaders: [packages] }),
    'app.mjs': `
      import bytes from './x.png?bytes'
      import inline from './x.png?inline'
      import raw from './x.svg?raw'
      import text from './x.svg' with { type: 'text' }
      const { code } = await import('./x.css', { with: { type: 'css' } }).catch((error) => error)
      console.log(JSON.stringify([bytes.constructor.name, [...bytes], inline, raw, text, code]))`,
  })
  assert.is(stderr, '')
  assert.equal(JSON.parse(stdout), [
    'Uint8Array',
    [137, 80, 78, 71, 0, 255],
    'data:image/png;base64,iVBORwD/',
    '<svg>é</svg>',
    '<svg>é</svg>',
    'ERR_IMPORT_ATTRIBUTE_UNSUPPORTED',
  ])
})

test('a template has its own values only, and says which is missing', async () => {
  const { stdout } = await runProject({
    'x.html': '{{ constructor }}',
    'mimeport.json': JSON.stringify({ loaders: [packages] }),
    'app.mjs': `import { render } from './x.html'
      try { render({}) } catch ({ name, message }) { console.log(name, message) }
      console.log(render({ constructor: '$&' }))`,
  })
  assert.is(
    stdout,
    "ReferenceError the template has '{{ constructor }}', and there is no such value\n$&amp;\n",
  )
})

test('env: has the variables, of the program alone', async () => {
  await server.set({
    '/env.mjs': "import 'env:SECRET'",
    '/all.mjs': "export * from 'env:'",
    '/data.mjs': `import ${JSON.stringify(`data:text/javascript,import 'env:SECRET'`)}`,
    '/moved': { status: 302, headers: { location: 'env:SECRET' } },
  })
  const files = {
    'mimeport.json': JSON.stringify({ loaders: [packages] }),
    'app.mjs': `
      import secret from 'env:SECRET'
      import environment, { SECRET } from 'env:'
      console.log(secret, SECRET, environment.SECRET)
      for (const each of ['env:NO_SUCH_NAME', ...['env.mjs', 'all.mjs', 'data.mjs', 'moved'].map((path) => '${server.url}/' + path)]) {
        await import(each).then(() => console.log('it has it'), ({ name, code, message }) => console.log(code ?? name, message.includes('x1y2')))
      }`,
  }
  const { stdout, stderr } = await runProject(files, { env: { SECRET: 'x1y2' } })
  assert.is(stderr, '')
  assert.equal(stdout.trim().split('\n'), [
    'x1y2 x1y2 x1y2',
    'ReferenceError false',
    'ERR_MIMEPORT_NOT_ALLOWED false',
    'ERR_MIMEPORT_NOT_ALLOWED false',
    'ERR_MIMEPORT_NOT_ALLOWED false',
    'ERR_MIMEPORT_NOT_ALLOWED false',
  ])
})

test('the project may let code of the network have one variable, and that one only', async () => {
  await server.set({
    '/public.mjs': "export { default } from 'env:PUBLIC'",
    '/env.mjs': "export { default } from 'env:SECRET'",
  })
  const { stdout } = await runProject(
    {
      'mimeport.json': JSON.stringify({ loaders: [packages], allow: ['default', 'env:PUBLIC'] }),
      'app.mjs': `for (const each of ['public', 'env']) {
        await import('${server.url}/' + each + '.mjs').then((m) => console.log(m.default), ({ code }) => console.log(code))
      }`,
    },
    { env: { SECRET: 'x1y2', PUBLIC: 'shown' } },
  )
  assert.is(stdout, 'shown\nERR_MIMEPORT_NOT_ALLOWED\n')
})

test.run()
