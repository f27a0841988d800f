// Runs the program, bundles it, and runs the bundle without any loader.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { rollup } from 'rollup'
import config from './rollup.config.mjs'

console.log('As it is, by mimeport:')
await import('./src/main.mjs')

const bundle = await rollup(config)
await bundle.write(config.output)

console.log('\nBundled by Rollup, by Node alone:')
const bundled = fork(config.output.file, { execArgv: ['--enable-source-maps'] })
await once(bundled, 'close')
rmSync('out', { recursive: true })
