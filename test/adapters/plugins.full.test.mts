/** Plugins of npm that nobody here wrote, each in a program of its own. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { adapter, isInstalled, makeInstalled } from './installed.mts'
import { run } from '../support/spawn.mts'

const test = suite('plugins of npm')

interface Case {
  /** The loader's file, after the import of `fromRollup`. */
  readonly loader: string
  readonly files: Readonly<Record<string, string | Uint8Array>>
  readonly expected: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Where a stack goes through a file. MDX maps no finer than to the function. */
const failing = `
const place = ({ stack }, path) => stack.split('\\n').find((line) => line.includes(path)).match(/[^/ (]+:\\d+:\\d+/)[0]
`

const cases: Readonly<Record<string, Case>> = {
  '@rollup/plugin-yaml: a file, its keys as names, and the same from a data: URL': {
    loader: `
      import yaml from '@rollup/plugin-yaml'
      export default fromRollup(yaml({ extensions: ['.yaml', 'data:text/yaml,a:%207'] }), { accepts: ['text/yaml'] })`,
    files: {
      'prices.yaml': 'bread: 1.1\nlist: [1, 2]\n',
      'broken.yaml': 'a: 1\nb: [1\n',
      'app.mjs': `
        import all, { bread, list } from './prices.yaml'
        import { a } from 'data:text/yaml,a:%207'
        console.log(bread, list.length, Object.keys(all).join(), a)
        const { code, message } = await import('./broken.yaml').catch((error) => error)
        console.log(code, message.replace(/'[^']*broken/g, "'broken"))`,
    },
    expected: [
      '1.1 2 bread,list 7',
      "ERR_MIMEPORT_LOADER_FAILED Plugin 'yaml' \"transform\" failed for 'broken.yaml': unexpected end of the stream within a flow collection (3:1)",
    ],
  },
  '@rollup/plugin-image: a load hook that reads the file itself': {
    loader: `
      import image from '@rollup/plugin-image'
      export default fromRollup(image())`,
    files: {
      'dot.gif': Buffer.from('R0lGODlhAQABAAAAACw=', 'base64'),
      'app.mjs': `import dot from './dot.gif'\nconsole.log(dot)`,
    },
    expected: ['data:image/gif;base64,R0lGODlhAQABAAAAACw='],
  },
  'rollup-plugin-string: what has code in it stays a text': {
    loader: `
      import { string } from 'rollup-plugin-string'
      export default fromRollup(string({ include: '**/*.html' }))`,
    files: {
      'page.html': '<p>${process.exit(1)}`</p>',
      'app.mjs': `import page from './page.html'\nconsole.log(page)`,
    },
    expected: ['<p>${process.exit(1)}`</p>'],
  },
  '@mdx-js/rollup: an asynchronous transform; errors have the document’s line and column': {
    loader: `
      import mdx from '@mdx-js/rollup'
      export default fromRollup(mdx())`,
    files: {
      'page.mdx':
        '# A title\n\n{props.fail ? raise() : 1 + 1}\n\nexport const raise = () => { throw new Error("no") }\n',
      'broken.mdx': 'text\n\n<b>open\n',
      'app.mjs': `
        import Page from './page.mdx'
        import { createElement } from 'react'
        import { renderToStaticMarkup } from 'react-dom/server'
        ${failing}
        console.log(renderToStaticMarkup(createElement(Page)).replaceAll('\\n', ' '))
        try { renderToStaticMarkup(createElement(Page, { fail: true })) } catch (error) { console.log(place(error, 'page.mdx')) }
        const { message } = await import('./broken.mdx').catch((error) => error)
        console.log(/Plugin '[^']*' "transform"/.exec(message)[0], message.includes('<b>'))`,
    },
    expected: ['<h1>A title</h1> 2', 'page.mdx:5:22', 'Plugin \'@mdx-js/rollup\' "transform" true'],
  },
  '@vitejs/plugin-vue: components for server rendering, with TypeScript, a scoped style and a child':
    {
      loader: `
      import vue from '@vitejs/plugin-vue'
      export default fromRollup(vue())`,
      files: {
        'App.vue': `<script setup lang="ts">
import Child from './Child.vue'
const count: number = 2
</script>
<template><div class="a">{{ count }} <Child text="hello" /></div></template>
<style scoped>.a { color: red }</style>
`,
        'Child.vue': `<script>
export default { props: ['text'], data: () => ({ shout }) }

function shout(text) {
  if (text === 'boom') throw new Error('boom')
  return text.toUpperCase()
}
</script>
<template><b>{{ shout(text) }}</b></template>
`,
        'app.mjs': `
        import { createSSRApp } from 'vue'
        import { renderToString } from 'vue/server-renderer'
        import App from './App.vue'
        import Child from './Child.vue'
        import style from './App.vue?vue&type=style&index=0&scoped=1&lang.css'
        ${failing}
        const html = await renderToString(createSSRApp(App))
        console.log(html.replace(/ data-v-\\w+/g, ''), / data-v-\\w+/.test(html))
        console.log(typeof style, style.includes('color: red'))
        const broken = createSSRApp(Child, { text: 'boom' })
        broken.config.warnHandler = () => {}
        await renderToString(broken).catch((error) => console.log(place(error, 'Child.vue')))`,
      },
      expected: ['<div class="a">2 <b>HELLO</b></div> true', 'string true', 'Child.vue:5:30'],
    },
  '@sveltejs/vite-plugin-svelte: several plugins that tell each other of their configuration': {
    loader: `
      import { svelte } from '@sveltejs/vite-plugin-svelte'
      export default fromRollup(svelte({ configFile: false }))`,
    files: {
      'Hello.svelte': `<script>
  let props = $props()
  const name = () => { if (props.name === '') throw new Error('no name'); return props.name }
</script>
<h1>Hello {name()}</h1>
`,
      'app.mjs': `
        import { render } from 'svelte/server'
        import Hello from './Hello.svelte'
        ${failing}
        console.log(render(Hello, { props: { name: 'you' } }).body.replace(/<!--.*?-->/g, ''))
        try { render(Hello, { props: { name: '' } }).body } catch (error) { console.log(place(error, 'Hello.svelte')) }`,
    },
    // Svelte's own development build is by a condition, which is for whoever starts Node.
    env: { NODE_ENV: 'production' },
    expected: ['<h1>Hello you</h1>', 'Hello.svelte:3:53'],
  },
  'unplugin-icons: names that are in no file, by unplugin': {
    loader: `
      import icons from 'unplugin-icons/rollup'
      export default fromRollup(icons({ compiler: 'raw' }))`,
    files: {
      'app.mjs': `
        import plus from '~icons/ep/plus'
        console.log(/^ ?<svg .*<\\/svg>$/.test(plus))
        const { code } = await import('~icons/ep/no-such-icon').catch((error) => error)
        console.log(code)`,
    },
    expected: ['true', 'ERR_MIMEPORT_LOADER_FAILED'],
  },
  '@rollup/plugin-virtual and @rollup/plugin-alias: names, and what they import': {
    loader: `
      import alias from '@rollup/plugin-alias'
      import virtual from '@rollup/plugin-virtual'
      export default fromRollup([
        alias({ entries: { '@': new URL('./src', import.meta.url).pathname } }),
        virtual({ batman: "import { name } from '@/name.js'; export default 'na na ' + name", 'src/robin.js': 'export default 1' }),
      ])`,
    files: {
      'src/name.js': `export const name = 'batman'\nexport const url = import.meta.url`,
      'app.mjs': `
        import song from 'batman'
        import { url } from '@/name.js'
        import * as direct from './src/name.js'
        console.log(song, url === direct.url, import.meta.resolve('batman'))`,
    },
    expected: ['na na batman true rollup:///%00virtual:batman'],
  },
  '@rollup/plugin-replace: JavaScript and TypeScript, where text/javascript is asked for': {
    loader: `
      import replace from '@rollup/plugin-replace'
      const plugin = replace({ __VERSION__: '"1.2"', preventAssignment: true, sourceMap: true })
      export default fromRollup(plugin, { accepts: ['text/javascript'] })`,
    files: {
      'a.mjs': `export const a = __VERSION__; export const fail = () => { throw new Error(__VERSION__) }`,
      'b.ts': `export const b: string = __VERSION__`,
      'app.mjs': `
        import { a, fail } from './a.mjs'
        import { b } from './b.ts'
        ${failing}
        console.log(a, b)
        try { fail() } catch (error) { console.log(place(error, 'a.mjs')) }`,
    },
    expected: ['1.2 1.2', 'a.mjs:1:65'],
  },
}

for (const [name, { loader, files, expected, env = {} }] of Object.entries(cases)) {
  if (!isInstalled) {
    test.skip(name)
    continue
  }

  test(name, async () => {
    const project = makeInstalled({
      'mimeport.json': '{ "loaders": ["./loader.mjs"] }',
      'loader.mjs': `import { fromRollup } from '${adapter('rollup')}'\n${loader}`,
      ...files,
    })
    try {
      const { stdout, stderr, status } = await run(['app.mjs'], { cwd: project.path, env })
      assert.equal(
        { stderr, stdout: stdout.trim().split('\n'), status },
        { stderr: '', stdout: expected, status: 0 },
      )
    } finally {
      project.remove()
    }
  })
}

test.run()
