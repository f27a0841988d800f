// Packages by the specifiers that Deno has, without installing any.
import { fork } from 'node:child_process'
import { once } from 'node:events'

// Without these two variables it is esm.sh that is asked.
const server = fork('./server.mjs')
const [url] = await once(server, 'message')
process.env.MIMEPORT_NPM_URL = `${url}/npm`
process.env.MIMEPORT_JSR_URL = `${url}/jsr`

const { name } = await import('npm:colour@^2')
const { mix } = await import('jsr:@paint/mix@1/mod.ts')
console.log(name('#c60'))
console.log(mix('#c60', '#fff'))
console.log(import.meta.resolve('npm:colour@^2').replace(url, ''))

const { code, message } = await import('npm:colour/../../secret').catch((error) => error)
console.log(code, message.replace(/ imported from '.*?'/, ''))
server.disconnect()
