/** Programs that make files of files. */

import type { Job } from './job.mts'

const app = {
  'src/index.js': `
    import { greet } from './greet.js'
    import data from './data.json'
    export const lazy = () => import('./lazy.js')
    console.log(greet(data.name))`,
  'src/greet.js':
    'export const greet = (name) => `Hello, ${name}`\nexport const unused = () => 1\n',
  'src/lazy.js': "export const text = 'lazy'\n",
  'src/data.json': '{ "name": "world", "other": [1, 2] }',
}

export const bundling: readonly Job[] = [
  {
    name: 'webpack: production, minified, a loader and a plugin of the project',
    files: {
      ...app,
      'src/note.txt': 'a note\n',
      'src/index.js': `${app['src/index.js']}\nimport note from './note.txt'\nconsole.log(note)\n`,
      'text-loader.cjs': 'module.exports = (text) => `export default ${JSON.stringify(text)}`',
      'webpack.config.cjs': `
        const { BannerPlugin } = require('webpack')
        module.exports = {
          mode: 'production', target: 'node', entry: './src/index.js', context: __dirname,
          devtool: 'source-map',
          output: { path: __dirname + '/dist', filename: 'main.js', chunkFilename: '[name].[contenthash].js' },
          module: { rules: [{ test: /\\.txt$/, use: require.resolve('./text-loader.cjs') }] },
          plugins: [new BannerPlugin('made here')],
        }`,
      'build.mjs': `
        import webpack from 'webpack'
        import config from './webpack.config.cjs'
        webpack(config, (error, stats) => {
          if (error) throw error
          console.log(stats.toString({ colors: false, timings: false, version: false }))
          process.exitCode = stats.hasErrors() ? 1 : 0
        })`,
    },
    command: ['./build.mjs'],
    status: 0,
    says: /compiled successfully/,
    makes: ['dist/main.js', 'dist/main.js.map'],
  },
  {
    name: 'webpack: a module that is not there',
    files: {
      'src/index.js': "import './absent.js'\n",
      'build.cjs': `
        const webpack = require('webpack')
        webpack({ mode: 'development', entry: './src/index.js', context: __dirname, output: { path: __dirname + '/dist' } }, (error, stats) => {
          console.log(stats.toString({ colors: false, timings: false }))
          process.exitCode = stats.hasErrors() ? 1 : 0
        })`,
    },
    command: ['./build.cjs'],
    status: 1,
    says: /Module not found/,
  },
  {
    name: 'rollup: a configuration that imports a plugin',
    files: {
      ...app,
      'src/data.json': '{ "name": "world" }',
      'rollup.config.mjs': `
        import { json } from './plugin.mjs'
        export default {
          input: 'src/index.js', plugins: [json()],
          output: { dir: 'dist', format: 'es', sourcemap: true, chunkFileNames: '[name]-[hash].js' },
        }`,
      'plugin.mjs':
        "export const json = () => ({ name: 'json', transform: (code, id) => id.endsWith('.json') ? 'export default ' + code : null })\n",
    },
    command: ['rollup/dist/bin/rollup', '-c'],
    status: 0,
    says: /^$/,
    makes: ['dist/index.js', 'dist/index.js.map'],
  },
  {
    name: 'rollup: a syntax error',
    files: { 'src/index.js': 'export const = 1\n' },
    command: ['rollup/dist/bin/rollup', 'src/index.js', '-d', 'dist'],
    status: 1,
    says: /^$/,
  },
  {
    name: 'vite: build, with a configuration in TypeScript and CSS',
    files: {
      'index.html':
        '<!doctype html>\n<title>x</title>\n<div id="app"></div>\n<script type="module" src="/src/main.ts"></script>\n',
      'src/main.ts': `
        import './style.css'
        import { count } from './count'
        import url from './image.svg?url'
        enum Colour { Red = 'red' }
        document.querySelector('#app')!.textContent = Colour.Red + count() + url
        void import('./later')`,
      'src/count.ts': 'let n: number = 0\nexport const count = (): number => ++n\n',
      'src/later.ts': "export const later: string = 'later'\nconsole.log(later)\n",
      'src/style.css': 'body { color: red }\n',
      'src/image.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>\n',
      'vite.config.ts': `
        import { defineConfig } from 'vite'
        import banner from './banner.ts'
        export default defineConfig({ cacheDir: '.cache', plugins: [banner('made here')], build: { sourcemap: true } })`,
      'banner.ts':
        "export default (text: string) => ({ name: 'banner', transformIndexHtml: (html: string) => html + '<!-- ' + text + ' -->' })\n",
    },
    command: ['vite/bin/vite.js', 'build'],
    status: 0,
    says: /modules transformed/,
    makes: ['dist/index.html'],
  },
]
