/** The repository that the tests of the `github` loader read, and the framework's part of reading it. */

import { decodeContent } from '../../core/body/content-coding.mts'
import { resolve } from '../../loaders/github/github.mts'
import { forgetRefs } from '../../core/git-host/resolution.mts'
import { startGitHub } from './github.mts'
import type { GitHub } from './github.mts'

// Each test sees what the server answers.
process.env['MIMEPORT_CACHE'] = 'off'

export const binary = Uint8Array.from([0, 97, 115, 109, 255])
/** Names that need percent-encoding. */
export const odd = [
  'a b.mjs',
  'é 漢字.mjs',
  'a#b.mjs',
  '100%.mjs',
  '%41.mjs',
  'a?b.mjs',
  "it's [x]&y.mjs",
]
export const repos = {
  'owner/repo': {
    files: {
      'index.mjs': 'main',
      'dir/file.mjs.md': '# main',
      'both/file.mjs': 'the directory both at main',
      'run.sh': { executable: '#!/bin/sh\n' },
      'link.mjs': { symlink: 'index.mjs' },
      'x.wasm': binary,
      ...Object.fromEntries(odd.map((file) => [`odd/${file}`, file])),
    },
    branches: {
      'feature/x': { 'index.mjs': 'feature/x' },
      'feature/x.y': { 'index.mjs': 'feature/x.y', 'z/index.mjs': 'z at feature/x.y' },
      both: { 'index.mjs': 'branch both', 'file.mjs': 'the file at branch both', 'new.mjs': 'new' },
      twice: { 'index.mjs': 'branch twice' },
      'tags/twice': { 'index.mjs': 'branch tags/twice' },
      deadbee: { 'index.mjs': 'branch deadbee' },
      one: 'main',
    },
    tags: {
      'v1.0.0': 'main',
      'v2.0.0': { of: 'feature/x', message: 'Two\n' },
      '@scope/pkg@1.0.0': 'feature/x.y',
      twice: 'feature/x',
    },
  },
}
/** Starts the server; resolves to it and to the commit ids of the branches. */
export async function startFixture(): Promise<{ github: GitHub; ids: Record<string, string> }> {
  const github = await startGitHub({ repos })
  const ids: Record<string, string> = {}
  for (const branch of ['main', ...Object.keys(repos['owner/repo'].branches)]) {
    ids[branch] = await github.commit(`refs/heads/${branch}`)
  }
  return { github, ids }
}

/** Points the loader at the server, without a token and without memory. */
export async function reset(github: GitHub): Promise<void> {
  forgetRefs()
  Object.assign(process.env, github.env)
  delete process.env['GITHUB_TOKEN']
  delete process.env['GH_TOKEN']
  await github.requireToken(undefined)
}

export interface Answer {
  statusCode: number
  headers: Record<string, string>
  body: Uint8Array
}

/** The loader's own answer. */
export async function answer(specifier: string): Promise<Answer> {
  return (await resolve(specifier)) as Answer
}

/** Follows redirects as the framework does: the specifier in the end, and the text there. */
export async function load(specifier: string): Promise<{ specifier: string; text: string }> {
  for (let at = specifier; ;) {
    const { statusCode, headers, body } = await answer(at)
    if (statusCode !== 307) {
      const bytes = await decodeContent(body, headers['content-encoding'], { url: at })
      return { specifier: at, text: Buffer.from(bytes).toString() }
    }
    at = headers['location'] ?? ''
  }
}
