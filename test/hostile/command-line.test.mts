import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mimeport } from '../support/cli.mts'
import { startServer } from '../support/server.mts'
import { makeProject } from '../support/spawn.mts'
import { denied, passed } from '../threats/record.mts'
import { evil, evilLine, fakeLines, forbiddenIn } from './forbidden.mts'

const test = suite('the command line')

test('nothing that servers say, or that changed there, commands the terminal', async () => {
  const server = await startServer()
  // oxlint-disable-next-line no-control-regex -- these are what a field may not have
  const field = evilLine.replace(/[\0-\x1f\x7f]/g, '').slice(0, 200)
  // With a NUL it is no text, and no lines of it are shown.
  const text = evil.replaceAll('\0', '')
  const typed = (body: string) => ({
    raw: Buffer.from(
      `HTTP/1.1 200 OK\r\nContent-Type: text/plain;a="\u009b${field}"\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    ),
  })
  const project = makeProject({
    'app.mjs': `
      import a from '${server.url}/text' with { type: 'text' }
      import b from '${server.url}/typed.txt' with { type: 'text' }
      import '${server.url}/fine.mjs'`,
    'failing.mjs': `
      import '${server.url}/code.mjs'
      import '${server.url}/gone.mjs'
      import '${server.url}/to'
      import ${JSON.stringify(`nope:${evilLine.replaceAll("'", '')}`)}`,
  })
  const cache = { MIMEPORT_CACHE: join(project.path, '.cache') }
  const outputs: string[] = []
  const command = async (...args: string[]) => {
    const { stdout, stderr, status } = await mimeport(args, { cwd: project.path, env: cache })
    const what = args.join(' ').slice(0, 40)
    assert.equal(forbiddenIn(stdout + stderr), [], what)
    assert.equal(fakeLines(stdout + stderr), [], what)
    denied('T23', `mimeport ${what}`)
    outputs.push(stdout + stderr)
    return { stdout, stderr, status }
  }
  try {
    await server.set({
      '/text': { headers: { 'content-type': 'text/plain' }, body: `before\n${text}` },
      '/typed.txt': typed('before\n'),
      '/fine.mjs': '',
      '/code.mjs': `let a = '${evil}'`,
      '/gone.mjs': { status: 500, headers: { 'content-type': 'text/plain' }, body: evil },
      '/to': {
        raw: Buffer.from(
          `HTTP/1.1 302 Found\r\nLocation: https://[${field}\r\nContent-Length: 0\r\n\r\n`,
        ),
      },
    })
    const locked = await command('lock', 'app.mjs')
    assert.is(locked.status, 0, locked.stderr)
    passed('T23', 'what is pinned')
    const failing = await command('lock', 'failing.mjs')
    assert.is(failing.status, 1)
    assert.match(failing.stderr, 'U+001B')
    await server.set({
      '/text': { headers: { 'content-type': 'text/plain' }, body: `after\n${text}\n${text}` },
      '/typed.txt': typed(`after ${evil}\n`),
    })
    const updated = await command('lock', '--update', `${server.url}/text`)
    assert.match(updated.stdout, /[+] ?after/)
    const data = await command('lock', '--update', `${server.url}/typed.txt`, '--json')
    assert.ok(JSON.parse(data.stdout))
    assert.match(data.stdout, /^[\n -~]*$/)
    await command('lock', 'failing.mjs', '--json')
    await command('allow', `https://${field}/`)
    await command('allow', text)
    await command(text)
    await command('lock', text)
    const found = await command('check')
    assert.is(found.status, 0, found.stdout)
    project.write({
      'mimeport.json': JSON.stringify({
        [evilLine]: 1,
        allow: [evilLine],
        headers: { 'https://a.example': { 'x-y': evilLine } },
        imports: { [evilLine]: `./${evilLine}` },
        loaders: [`./${evilLine.replaceAll('\0', '')}`],
      }),
    })
    assert.is((await command('check')).status, 1)
    assert.is((await command('doctor')).status, 1)
    const bad = `export const name = ${JSON.stringify(evil)}\nexport const accepts = [${JSON.stringify(evil)}]`
    project.write({
      'mimeport.json': '{ "loaders": ["./throwing.mjs", "./naming.mjs"] }',
      'throwing.mjs': `throw new Error(${JSON.stringify(evil)})`,
      'naming.mjs': bad,
      'mimeport.lock': `{\n${evilLine}\n`,
    })
    assert.is((await command('check')).status, 1)
    await command('check', '--json')
    assert.is((await command('run', text)).status, 1)
    assert.is((await command('completion', text)).status, 2)
    await command('vendor', evilLine.replaceAll('\0', ''))
    assert.ok(outputs.join('').length > 1000)
  } finally {
    project.remove()
    await server.stop()
  }
})

test.run()
