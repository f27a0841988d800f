/** Servers, and package managers. */

import type { Job } from './job.mts'

export const serving: readonly Job[] = [
  {
    name: 'fastify: requests answered, refused and failed',
    files: {
      'app.mjs': `
        import fastify from 'fastify'
        import { routes } from './routes.mjs'
        const stream = { write: (line) => void process.stdout.write(line) }
        const app = fastify({ logger: { level: 'info', base: null, timestamp: false, stream } })
        app.register(routes, { prefix: '/v1' })
        // The client may have the answer before the server says that it was sent.
        let sent
        app.addHook('onResponse', async () => setImmediate(sent))
        const address = await app.listen({ port: 0, host: '127.0.0.1' })
        for (const path of ['/v1/hello?name=you', '/v1/hello', '/v1/fails', '/absent']) {
          const said = new Promise((resolve) => (sent = resolve))
          const response = await fetch(address + path)
          const text = await response.text()
          await said
          console.log(response.status, text)
        }
        await app.close()
        console.log('closed')`,
      'routes.mjs': `
        import { createRequire } from 'node:module'
        const { greeting } = createRequire(import.meta.url)('./greeting.cjs')
        export async function routes(app) {
          const schema = { querystring: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } }
          app.get('/hello', { schema }, async ({ query }) => ({ text: greeting + query.name }))
          app.get('/fails', async () => { throw Object.assign(new Error('mine'), { statusCode: 418 }) })
        }`,
      'greeting.cjs': "exports.greeting = 'Hello, '",
    },
    command: ['./app.mjs'],
    status: 0,
    says: /200 \{"text":"Hello, you"\}[^]*closed/,
  },
  {
    name: 'fastify: from CommonJS, injected',
    files: {
      'package.json': '{ "type": "commonjs" }',
      'app.js': `
        const app = require('fastify')()
        app.get('/', (request, reply) => reply.type('text/plain').send('from CommonJS'))
        app.inject('/').then(({ statusCode, body }) => {
          console.log(statusCode, body, require.main === module, Object.keys(require.cache).length > 50)
        })`,
    },
    command: ['./app.js'],
    status: 0,
    says: /200 from CommonJS true true/,
  },
  {
    name: 'pnpm: a script of package.json, which starts node',
    files: {
      'package.json':
        '{ "name": "x", "version": "1.0.0", "type": "module", "scripts": { "hello": "node hello.mjs", "bad": "node absent.mjs" } }',
      'hello.mjs': 'console.log(process.argv.slice(2), process.execArgv.length)\n',
    },
    command: ['pnpm/bin/pnpm.cjs', 'run', 'hello', 'a', 'b'],
    status: 0,
    says: /\[ 'a', 'b' \]/,
  },
  {
    name: 'yarn: an installation without dependencies',
    files: {
      'package.json': '{ "name": "x", "version": "1.0.0", "private": true }',
      'yarn.lock': '',
      '.yarnrc.yml': 'nodeLinker: node-modules\nenableTelemetry: false\nenableGlobalCache: false\n',
    },
    command: ['@yarnpkg/cli-dist/bin/yarn.js', 'install'],
    status: 0,
    says: /Done/,
    makes: ['yarn.lock'],
  },
]
