/** Runs what a document tells a shell or an image to do, in a project that has the document's files. */

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { mimeport } from './cli.mts'
import { commandsOf } from './doc-shell.mts'
import { fences } from './documents.mts'
import { run } from './spawn.mts'
import type { DocBlock } from './doc-blocks.mts'
import type { World } from './doc-world.mts'

type Variables = Readonly<Record<string, string>>

/** A folder of the world, and where a document says that it is: `/app`. */
export interface Place {
  readonly path: string
  remove(): void
}

/** Makes a project with these files and an import map that leads to the world's hosts. */
export function placeIn({ imports, project }: World, files: Variables): Place {
  const config = JSON.stringify({ imports, allow: ['default'] })
  const all = { 'package.json': '{ "type": "module" }', 'mimeport.json': config, ...files }
  const { path, remove } = project([all], {})
  return { path: join(path, '0'), remove }
}

/** Runs a line: what went wrong, if anything. */
export async function runLine(
  line: string,
  { path }: Place,
  env: Variables,
): Promise<string | undefined> {
  for (const words of commandsOf(line)) {
    const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word))
    const own = words.slice(0, first).map((word) => /^(\w+)=(.*)$/.exec(word)!.slice(1))
    const options = { cwd: path, env: { ...env, ...Object.fromEntries(own) }, nodeArgs: [] }
    const [command, ...args] = words.slice(first)
    if (command === 'npm') continue
    if (command === 'chmod') {
      execFileSync(command, args, { cwd: path })
      continue
    }
    const isNode = command === 'node'
    if (!isNode && !(command === 'npx' && args[0] === 'mimeport')) return `what is '${command}'?`
    const { status, stdout, stderr } = await (isNode
      ? run(args, options)
      : mimeport(args.slice(1), options))
    if (status !== 0) return `${words.join(' ')}: exit code ${status}\n${stdout}${stderr}`
  }
  return undefined
}

/** The document's files as they are in a section; its program is that before it, else the next one. */
function filesAt(blocks: readonly DocBlock[], section: number): Variables {
  const isProgram = ({ file }: DocBlock) => /^app\.\w+$/.test(file ?? '')
  const has = blocks.some((block) => isProgram(block) && block.section <= section)
  const last = has ? section : (blocks.find(isProgram)?.section ?? section)
  const own = blocks.filter((block) => block.file !== undefined && block.section <= last)
  return Object.fromEntries(own.map(({ file, text }) => [file!, text]))
}

/** What is given to a shell: the block itself, or a part of the Markdown that it shows. */
function linesOf({ language, text }: DocBlock): string[] {
  const shown = language === 'md' ? fences(text).filter((each) => each.language === 'sh') : []
  const texts = language === 'sh' ? [text] : shown.map(({ content }) => content)
  return texts.flatMap((each) => each.split('\n')).filter((line) => line !== '')
}

/** Runs the shells' blocks of a document, those of one section one after another: how many lines, and what went wrong. */
export async function runShells(
  world: World,
  blocks: readonly DocBlock[],
): Promise<{ readonly lines: number; readonly faults: readonly string[] }> {
  const sections = [...Map.groupBy(blocks, ({ section }) => section).entries()]
  const all = await Promise.all(
    sections.map(async ([section, own]) => {
      const lines = own.flatMap(linesOf)
      if (lines.length === 0) return []
      const place = placeIn(world, filesAt(blocks, section))
      try {
        const faults = []
        for (const line of lines) faults.push(await runLine(line, place, world.env))
        return faults
      } finally {
        place.remove()
      }
    }),
  )
  const faults = all.flat()
  return { lines: faults.length, faults: faults.filter((fault) => fault !== undefined) }
}

/** Does what a Dockerfile says, but for what is npm's and the system's: the variables at its end, and what went wrong. */
export async function runImage(
  text: string,
  place: Place,
  given: Variables,
): Promise<{ readonly env: Variables; readonly fault: string | undefined }> {
  const env: Record<string, string> = { ...given }
  for (const line of text.replaceAll('/app', place.path).split('\n')) {
    const [, instruction = '', rest = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? []
    if (instruction === 'ENV') {
      for (const [, name, value] of rest.matchAll(/(\w+)=(\S+)/g)) env[name!] = value!
    }
    const command = instruction === 'CMD' ? (JSON.parse(rest) as string[]).join(' ') : rest
    if (instruction !== 'RUN' && instruction !== 'CMD') continue
    const fault = await runLine(command, place, env)
    if (fault !== undefined) return { env, fault }
  }
  return { env, fault: undefined }
}
