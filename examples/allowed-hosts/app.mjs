// Asks for what mimeport.json allows, and for what it does not: nobody is asked for that.
import { fork } from 'node:child_process'
import { once } from 'node:events'

const server = fork('./server.mjs')
const [url] = await once(server, 'message')

const specifiers = [
  `${url}/greeting.mjs`,
  `${url}/moved.mjs`,
  'https://cdn.example/lib.mjs',
  'https://esm.sh/left-pad@1.3.0',
  'github:somebody/else/lib.ts',
  'github:acme/attic/old.ts',
  'http://cdn.example/lib.mjs',
]
for (const specifier of specifiers) {
  const outcome = await import(specifier).then(
    (module) => module.default,
    // What would allow it comes after the reason, with the way to this project's folder.
    ({ message }) => message.split(';')[0].replace(/ imported from '[^']*'/, ''),
  )
  console.log(`${specifier}\n  ${outcome}`.replaceAll(url, 'http://127.0.0.1:…'))
}
server.disconnect()
