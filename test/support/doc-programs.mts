/** Runs the programs and loaders of a document, all in one process, each with mimeport registered anew. */

import { run } from './spawn.mts'
import { projectsOf } from './doc-blocks.mts'
import type { DocBlock } from './doc-blocks.mts'
import type { World } from './doc-world.mts'

export interface Result {
  readonly block: DocBlock
  /** What went wrong. */
  readonly fault: string | undefined
}

interface Task {
  readonly block: DocBlock
  /** The number of its document. */
  readonly folder: number
  readonly file: string
  /** `undefined`: a program. */
  readonly isLoader: boolean
  readonly loaders: readonly string[]
  readonly expected: readonly string[]
}

/** What runs the blocks: a line of JSON follows what each has printed. */
const runner = `
import { loaders as listed, register } from 'mimeport'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
let printed = 0
const { log } = console
console.log = (...values) => {
  printed += 1
  log(...values)
}
let registered
const { tasks, imports } = JSON.parse(readFileSync('tasks.json', 'utf8'))
for (const { file, isLoader, loaders, folder, lines, registers } of tasks) {
  printed = 0
  let error = ''
  try {
    process.chdir(import.meta.dirname + '/' + folder)
    const paths = loaders.map((each) => import.meta.dirname + '/' + each)
    // An engine takes a while to start: it goes on for the next block with the same loaders.
    // A program that registers something itself begins with nothing of ours, as a reader's does.
    if (registers) {
      registered?.deregister()
      registered = undefined
    } else if (registered?.key !== paths.join() || isLoader) {
      registered?.deregister()
      registered = { key: paths.join(), ...register({ config: false, loaders: paths, imports, allow: ['default'] }) }
    }
    if (isLoader) {
      const { broken, conflicts } = await listed()
      if (broken.length + conflicts.filter(({ fatal }) => fatal).length > 0) error = JSON.stringify([broken, conflicts])
    } else await import('./' + folder + '/' + file)
    // Servers answer later.
    for (let tried = 0; tried < 500 && printed < lines; tried += 1) await sleep(10)
  } catch (thrown) {
    error = String(thrown?.stack ?? thrown)
  }
  log('\\u0001' + JSON.stringify(error))
}
`

/** Whether a text is a loader's: it exports something of the contract, and is no part of one. */
function isLoader(text: string): boolean {
  return /^export (?:const|async function|function) (?:accepts|schemes|extensionMimeMap|resolve|transform|identify)\b|^export default (?:defineLoader|fromRollup)\(/m.test(
    text,
  )
}

/** What its lines say that they print: `console.log(x) // 7`. */
function expectedOf(text: string): string[] {
  return [...text.matchAll(/^ *console\.log\(.*\) \/\/ (.+)$/gm)].map(([, printed]) => printed!)
}

/** A line whose comment says its value, `greet() // 'Hello'`, is held to it. */
function checked(text: string): string {
  const lines = text.replace(
    /^(?!console\.)((?:await )?[A-Za-z][\w.]*\(.*\)) \/\/ (-?[\d.]+|'[^']*'|true|false|undefined)$/gm,
    'doc_is($1, $2)',
  )
  return lines === text ? text : `import { deepStrictEqual as doc_is } from 'node:assert'; ${lines}`
}

function tasksOf(blocks: readonly DocBlock[], folder: number): Task[] {
  const section = blocks.at(-1)?.section
  const programs = blocks.filter(({ language }) => /^[mc]?[jt]sx?$/.test(language))
  const ownLoaders = programs.filter(({ text, notRun }) => isLoader(text) && notRun === undefined)
  const nameOf = (block: DocBlock): string => {
    const { file, language, line, text } = block
    if (file !== undefined) return file
    const index = blocks.indexOf(block)
    return `${isLoader(text) ? 'loaders/' : ''}block-${line}-${index}.${language === 'js' ? 'mjs' : language}`
  }
  return programs.flatMap((block) => {
    const file = nameOf(block)
    const loads = isLoader(block.text)
    // A file of an earlier section was run there.
    if (block.section !== section) return []
    // Parts of a program are run by it.
    if (block.file !== undefined && !loads && !/^app\.\w+$/.test(file)) return []
    const before = ownLoaders.filter((each) => programs.indexOf(each) < programs.indexOf(block))
    const theirs = before.map(nameOf)
    const loaders = (loads ? [file] : theirs).map((each) => `${folder}/${each}`)
    return [
      {
        block,
        folder,
        file,
        isLoader: loads,
        loaders,
        expected: expectedOf(block.text),
      },
    ]
  })
}

/** Compares what was printed with what the block says. */
function faultOf(
  { expected }: Task,
  printed: readonly string[],
  error: string,
): string | undefined {
  if (error !== '') return error
  if (expected.length === 0) return undefined
  const shown = printed.filter((line) => line !== '')
  return shown.join('\n') === expected.join('\n')
    ? undefined
    : `it prints\n${shown.join('\n')}\nand says\n${expected.join('\n')}`
}

/** Runs the blocks that are code, of several documents, each in a folder of its own. */
export async function runBlocks(
  world: World,
  documents: readonly (readonly DocBlock[])[],
): Promise<Result[]> {
  const projects = documents.flatMap(projectsOf)
  const tasks = projects.flatMap((blocks, folder) => tasksOf(blocks, folder))
  const folders = projects.map((blocks, folder) => ({
    ...Object.fromEntries(
      blocks.filter(({ file }) => file !== undefined).map(({ file, text }) => [file!, text]),
    ),
    ...Object.fromEntries(
      tasks
        .filter((task) => task.folder === folder)
        .map(({ file, block }) => [file, checked(block.text)]),
    ),
  }))
  const given = {
    imports: world.imports,
    tasks: tasks.map(({ block, expected, ...task }) => ({
      ...task,
      lines: expected.length,
      registers: block.text.includes('register('),
    })),
  }
  const own = { 'run-blocks.mjs': runner, 'tasks.json': JSON.stringify(given) }
  const project = world.project(folders, own)
  try {
    const { stdout, stderr, status } = await run(['run-blocks.mjs'], {
      cwd: project.path,
      env: { ...world.env, MODULES_TOKEN: 'token', MODULES_KEY: 'key' },
      nodeArgs: [],
      timeout: 90_000,
    })
    const parts = stdout.split(/^\u0001(.*)$/m)
    return tasks.map((task, index) => {
      const [printed, error] = [parts[2 * index], parts[2 * index + 1]]
      if (error === undefined) {
        return { block: task.block, fault: `it ended the process: ${stderr}${stdout}` }
      }
      const fault = faultOf(task, printed!.split('\n'), JSON.parse(error) as string)
      const isLast = index === tasks.length - 1
      // What goes on after its last line, such as a test runner, fails by the process's status.
      const late = isLast && status !== 0 ? stdout + stderr : undefined
      return { block: task.block, fault: fault ?? late }
    })
  } finally {
    project.remove()
  }
}
