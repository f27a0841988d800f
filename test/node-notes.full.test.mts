/** What docs/node-notes.md says of Node is so: each section's program prints what stands there, on the Node that runs. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fences, sections } from './support/documents.mts'
import { makeProject, run } from './support/spawn.mts'

const test = suite('node-notes')

/** A section of docs/node-notes.md that can be run: its files, its command, its output. */
interface Note {
  readonly files: Record<string, string>
  readonly env: Record<string, string>
  readonly args: readonly string[]
  readonly output: string
}

function noteOf(section: string): Note | undefined {
  const files: Record<string, string> = {}
  let command = ''
  let output: string | undefined
  for (const { language, content } of fences(section)) {
    const name = /^\/\/ ([\w.]+)$/m.exec(content)?.[1]
    if (language === 'js' && name !== undefined) files[name] = content
    else if (language === 'sh') command = content.trim()
    else if (language === 'text') output = content
  }
  if (output === undefined) return undefined
  const main = 'app.mjs' in files ? 'app.mjs' : 'app.cjs'
  const [, options, rest] = /^(?:NODE_OPTIONS="([^"]*)" )?node (.+)$/.exec(
    command || `node ${main}`,
  )!
  return {
    files,
    env: options === undefined ? {} : { NODE_OPTIONS: options },
    args: rest!.split(' '),
    output,
  }
}

for (const [heading, section] of sections('docs/node-notes.md')) {
  const note = noteOf(section)
  if (note === undefined) continue
  test(`Node: ${heading}`, async () => {
    const project = makeProject(note.files)
    try {
      const nodeArgs = ['--disable-warning=ExperimentalWarning']
      const { stdout, stderr } = await run(note.args, {
        cwd: project.path,
        nodeArgs,
        env: note.env,
      })
      assert.is(stdout, note.output, stderr)
      assert.is(stderr, '')
    } finally {
      project.remove()
    }
  })
}

test.run()
