/** `mimeport run` is the program's process: its number, its status, its signals, its channel, its terminal. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cliPath, mimeport } from '../support/cli.mts'
import { runInTerminal } from '../support/pseudo-terminal.mts'
import { makeProject, run } from '../support/spawn.mts'
import type { ChildProcess, Serializable } from 'node:child_process'

const test = suite('the process of mimeport run')

/** Node without `process.execve`, as on Windows: the program is a process of its own then. */
const apart = ['--import', 'data:text/javascript,delete%20process.execve']
const ways = [
  ['in its place', []],
  ['beside it', apart],
] as const

const project = makeProject({
  'exit.md': '```ts\nprocess.exitCode = 7 as number\nconsole.log(process.pid)\n```\n',
  'throw.mjs': 'throw new Error("own")',
  'kill.mjs': 'process.kill(process.pid, process.argv[2]); setTimeout(() => {}, 20_000)',
  'wait.mjs': `
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']
    for (const signal of signals) process.on(signal, () => {
      console.log(signal)
      if (signal === 'SIGTERM') setTimeout(() => process.exit(3), 200)
    })
    process.stdin.once('data', () => setTimeout(() => process.exit(4), 300))
    console.log('ready')
    setTimeout(() => {}, 20_000)`,
  'talk.mjs': `
    process.on('message', (message) => process.send({ got: message, isMap: message instanceof Map }))
    process.on('disconnect', () => process.exit(5))
    process.send(process.argv.slice(2))`,
  'echo.mjs': `process.stdin.on('data', (text) => process.stdout.write('> ' + text))`,
})
const options = { cwd: project.path }

for (const [way, flags] of ways) {
  const started = (...args: string[]) => [...flags, cliPath, 'run', ...args]

  /** Starts it with pipes, and a channel that is the test's own where `serialization` is given. */
  function start(args: readonly string[], serialization?: 'json' | 'advanced'): ChildProcess {
    const { NODE_OPTIONS: _, ...env } = process.env
    return fork(cliPath, ['run', ...args], {
      cwd: project.path,
      execArgv: [...flags],
      env,
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      ...(serialization && { serialization }),
    })
  }

  test(`the exit code is the program's: ${way}`, async () => {
    let pid: number | undefined
    const onSpawn = (child: ChildProcess): void => void (pid = child.pid)
    const nodeArgs = ['--no-warnings', ...started('exit.md')]
    const { status, stdout, stderr } = await run([], { ...options, nodeArgs, onSpawn })
    assert.is(status, 7)
    assert.is(stderr, '')
    assert.is(stdout === `${pid}\n`, flags.length === 0, 'whether there is one process')
    const thrown = await run(started('throw.mjs'), { ...options, nodeArgs: [] })
    assert.is(thrown.status, 1)
    assert.match(thrown.stderr, /Error: own\n {4}at .*throw\.mjs:1/)
  })

  test(`a program that a signal ends is seen to be ended by it: ${way}`, async () => {
    for (const name of ['SIGTERM', 'SIGINT', 'SIGKILL']) {
      const { status, signal } = await run(started('kill.mjs', name), { ...options, nodeArgs: [] })
      assert.equal([status, signal], [null, name])
    }
  })

  test(`each signal comes to the program, once: ${way}`, async () => {
    const order = ['SIGINT', 'SIGHUP', 'SIGUSR2', 'SIGTERM'] as const
    const { status, stdout } = await run(started('wait.mjs'), {
      ...options,
      nodeArgs: [],
      onSpawn(child) {
        let said = ''
        let next = 0
        child.stdout!.on('data', (text: string) => {
          said += text
          // The next one when the one before has been heard of.
          while (next < order.length && said.split('\n').length > next + 1)
            child.kill(order[next++])
        })
      },
    })
    assert.is(stdout, ['ready', ...order, ''].join('\n'))
    assert.is(status, 3)
  })

  test(`Ctrl-C on a terminal comes once, and the program decides: ${way}`, async () => {
    let next = 0
    const { output, status } = await runInTerminal(started('wait.mjs'), {
      ...options,
      nodeArgs: [],
      onOutput(output) {
        const [marker, typed] = [['ready', '\u0003'] as const, ['SIGINT', 'quit\n'] as const][
          next
        ] ?? ['never']
        if (!output.includes(marker)) return undefined
        next += 1
        return typed
      },
    })
    assert.is(output.split('SIGINT').length - 1, 1)
    assert.is(status, 4)
  })

  test(`a forked one keeps its channel, in the way that its parent writes: ${way}`, async () => {
    for (const serialization of ['json', 'advanced'] as const) {
      const child = start(['talk.mjs', 'a'], serialization)
      const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
      const next = async (): Promise<unknown> => (await once(child, 'message'))[0]
      assert.equal(await next(), ['a'])
      child.send(new Map([[1, 2]]) as unknown as Serializable)
      assert.is(((await next()) as { isMap: boolean }).isMap, serialization === 'advanced')
      child.send('text')
      assert.equal(await next(), { got: 'text', isMap: false })
      child.disconnect()
      const [code] = await once(child, 'exit')
      clearTimeout(timer)
      assert.is(code, 5)
    }
  })

  test(`the standard streams are the program's: ${way}`, async () => {
    const input = 'line\n'
    const { stdout } = await run(started('echo.mjs'), { ...options, nodeArgs: [], input })
    assert.is(stdout, '> line\n')
  })
}

test('what cannot be started says why, and the exit code is 1', async () => {
  const { stderr, status } = await mimeport(['run', '--no-such-flag', 'exit.md'], options)
  assert.match(stderr, /bad option: --no-such-flag/)
  assert.is(status, 9, "Node's own for a flag that it does not have")
  const nodeArgs = ['--permission', '--allow-fs-read=*', '--disable-warning=SecurityWarning']
  const denied = await run([cliPath, 'run', 'exit.md'], { ...options, nodeArgs })
  assert.is(denied.status, 1)
  assert.match(denied.stderr, /--allow-child-process/)
})

test.after(() => project.remove())
test.run()
