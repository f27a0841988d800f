/** The ways into Node's module system: for a target, the programs that go there. */

import { spoken } from './program.mts'
import type { Program } from './program.mts'
import type { Target } from './target.mts'

type Way = (
  target: Target,
  specifier: string,
  attributes: string,
) => Omit<Program, 'name'> | undefined

const files = (more: Record<string, string>) => ({ files: { ...spoken, ...more } })

const inESM = 'import { show, fail, state } from "./show.cjs"\n'
const inCJS = 'const { show, fail, state } = require("./show.cjs")\n'

const ways: Readonly<Record<string, Way>> = {
  'import()': (_, specifier, attributes) =>
    files({
      'app.mjs': `${inESM}try {\n  show(await import(${specifier}${attributes && `, {${attributes}}`.replace('with', 'with:')}))\n} catch (error) {\n  fail(error)\n}\nstate()`,
    }),
  require: (_, specifier) =>
    files({
      'app.cjs': `${inCJS}try {\n  show(require(${specifier}))\n} catch (error) {\n  fail(error)\n}\nstate()`,
    }),
  import: (_, specifier, attributes) =>
    files({
      'app.mjs': `${inESM}import * as all from ${specifier}${attributes}\nshow(all)\nstate()`,
    }),
  'import() in CommonJS': (_, specifier, attributes) =>
    files({
      'app.cjs': `${inCJS}import(${specifier}${attributes && `, {${attributes}}`.replace('with', 'with:')}).then(show, fail).then(state)`,
    }),
  'require, uncaught': (_, specifier) =>
    files({ 'app.cjs': `${inCJS}show(require(${specifier}))\nstate()` }),
  createRequire: (_, specifier) =>
    files({
      'app.mjs': `${inESM}import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)\ntry {\n  show(require(${specifier}))\n} catch (error) {\n  fail(error)\n}\nstate()`,
    }),
  'require.resolve': (_, specifier) =>
    files({
      'app.cjs': `${inCJS}try {\n  show(require.resolve(${specifier}), require.resolve.paths(${specifier}))\n} catch (error) {\n  fail(error)\n}\ntry {\n  show(require.resolve(${specifier}, { paths: [__dirname + '/folder'] }))\n} catch (error) {\n  fail(error)\n}`,
    }),
  'import.meta.resolve': (_, specifier) =>
    files({
      'app.mjs': `${inESM}try {\n  show(import.meta.resolve(${specifier}))\n} catch (error) {\n  fail(error)\n}\nstate()`,
    }),
  '-e': (_, specifier) => ({ ...files({}), args: ['-e', `${inCJS}show(require(${specifier}))`] }),
  '-p': (_, specifier) => ({
    ...files({}),
    args: ['-p', `try { require(${specifier}) } catch (error) { error.stack }`],
  }),
  '--input-type=module -e': (_, specifier, attributes) => ({
    ...files({}),
    args: [
      '--input-type=module',
      '-e',
      `import * as all from ${specifier}${attributes}\nconsole.log(all)`,
    ],
  }),
  stdin: (_, specifier, attributes) => ({
    ...files({}),
    args: ['-'],
    input: `import(${specifier}${attributes && `, {${attributes}}`.replace('with', 'with:')}).then(console.log, console.log)`,
  }),
  'a worker': (_, specifier, attributes) =>
    files({
      'worker.mjs': `import * as all from ${specifier}${attributes}\nconsole.log(all)`,
      'app.mjs': `${inESM}import { Worker } from 'node:worker_threads'\nconst worker = new Worker(new URL('./worker.mjs', import.meta.url))\nworker.on('error', fail)\nworker.on('exit', (code) => show('exit', code))`,
    }),
  fork: (_, specifier) =>
    files({
      'child.cjs': `process.send?.(process.argv.length)\nrequire(${specifier})`,
      'app.cjs': `
const { fork } = require('node:child_process')
const child = fork('./child.cjs', ['x'], { silent: true })
const said = { out: '', error: '', messages: [] }
child.stdout.on('data', (text) => (said.out += text))
child.stderr.on('data', (text) => (said.error += text))
child.on('message', (message) => said.messages.push(message))
child.on('close', (...end) => console.log(end, said.messages, said.out, said.error))`,
    }),
  'the program itself': ({ entry }) =>
    entry === undefined ? undefined : { ...files({}), args: [entry, 'an', 'argument'] },
  '--require': ({ entry }) =>
    entry === undefined
      ? undefined
      : {
          ...files({ 'app.cjs': `${inCJS}state()` }),
          args: ['--require', `./${entry}`, 'app.cjs'],
        },
  '--import': ({ entry }) =>
    entry === undefined
      ? undefined
      : { ...files({ 'app.mjs': `${inESM}state()` }), args: ['--import', `./${entry}`, 'app.mjs'] },
}

/** A program for each way to a target. */
function programsFor(target: Target): Program[] {
  const attributes = target.type === undefined ? '' : ` with { type: '${target.type}' }`
  return Object.entries(ways).flatMap(([way, make]) => {
    const program = make(target, JSON.stringify(target.specifier), attributes)
    if (program === undefined) return []
    return {
      ...program,
      name: `${target.name}: ${way}`,
      files: { ...target.files, ...program.files },
      ...(target.links === undefined ? {} : { links: target.links }),
    }
  })
}

/** Whether every way to every target is to be taken: 1,600 programs. `TRANSPARENCY=all` says so. */
const isWhole = process.env['TRANSPARENCY'] === 'all'

/** Programs that go to targets: by `import()` or `require`, and by one more way in turn. */
export function programsTo(targets: readonly Target[]): Program[] {
  return targets.flatMap((target, index) => {
    const programs = programsFor(target)
    if (isWhole) return programs
    const rest = programs.slice(2)
    return [programs[index % 2]!, rest[index % rest.length]!]
  })
}
