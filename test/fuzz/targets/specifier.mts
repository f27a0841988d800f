/** Specifiers of files in repositories, and what is relative to them. */

import * as assert from 'uvu/assert'
import { resolveRelative } from '../../../core/git-host/relative.mts'
import { formatSpecifier, parseSpecifier } from '../../../core/git-host/specifier.mts'
import { repositoryOfURL } from '../../../core/git-host/url.mts'
import { host as github } from '../../../loaders/github/github.mts'
import { host as gitlab } from '../../../loaders/gitlab/gitlab.mts'
import { orFailure } from '../invariant.mts'
import type { GitHost } from '../../../core/git-host/host.mts'
import type { RepositoryFile } from '../../../core/git-host/specifier.mts'

export const name = 'specifier'
export const linear = true

const commit = '0123456789abcdef0123456789abcdef01234567'

export const seeds = [
  'github:owner/repo/a/b.mjs',
  `github:owner/repo@${commit}/x.ts?raw`,
  'github:o/r/x.mjs.md#feature/y',
  'github://o/r@v1.0/dir/%40x/y.mjs?a=1&b',
  'gitlab:group/sub/project/-/lib/x.mjs',
  'gitlab:g/s/p@main/x',
  './x.mjs',
  '../../..//etc/passwd',
  '/%2e%2e/%2e%2e/x',
  '..\\..\\x',
  'github:o/r/a%2f..%2fb',
]

export const dictionary = [
  '../',
  './',
  '/',
  '%2e%2e/',
  '%2f',
  '%5c',
  '@',
  '#',
  '?',
  '-/',
  commit,
  'github:',
  'gitlab:',
  'owner/repo',
  '.git',
]

const invalid = ['ERR_MIMEPORT_INVALID_SPECIFIER'] as const
const outside = ['ERR_MIMEPORT_OUTSIDE_ORIGIN', ...invalid] as const

function checkFile(host: GitHost, file: RepositoryFile): void {
  assert.ok(file.segments.length > 0)
  for (const segment of file.revision.kind === 'leading' ? file.segments.slice(1) : file.segments) {
    assert.not(['', '.', '..'].includes(segment))
    assert.not.match(segment, /[/\\\0-\x1f\x7f]/)
  }
  for (const part of file.repository.split('/')) assert.match(part, /^(?!\.{1,2}$)[\w.-]+$/)
  if (file.revision.kind === 'leading') return
  const revision = file.revision.kind === 'commit' ? file.revision.id : commit
  const written = orFailure(invalid, () =>
    formatSpecifier(host, file.repository, revision, file.segments, file.query),
  )
  if (written === undefined) return
  const again = parseSpecifier(host, written)!
  assert.equal(again.segments, file.segments, 'written and read, the path is the same')
  assert.is(again.repository, file.repository)
  assert.is(again.query, file.query)
  assert.equal(again.revision, { kind: 'commit', id: revision })
  assert.is(
    formatSpecifier(host, again.repository, revision, again.segments, again.query),
    written,
    'there is one canonical form',
  )
}

export function run(input: string): void {
  for (const host of [github, gitlab]) {
    for (const text of [input, host.scheme + input]) {
      const file = orFailure(invalid, () => parseSpecifier(host, text))
      if (file !== undefined) checkFile(host, file)
    }
    const parent = `${host.scheme}owner/repo@${commit}/lib/deep/x.mjs`
    const absolute = orFailure(outside, () => resolveRelative(host, input, parent))
    if (absolute !== undefined) {
      const file = parseSpecifier(host, absolute)!
      assert.is(file.repository, 'owner/repo', 'it stays in its repository')
      assert.equal(file.revision, { kind: 'commit', id: commit }, 'and at its commit')
      checkFile(host, file)
    }
    const endpoints = { site: 'https://git.example', host } as Parameters<typeof repositoryOfURL>[0]
    const repository = repositoryOfURL(endpoints, `https://git.example/${input}`)
    if (repository !== undefined) {
      assert.is(parseSpecifier(host, `${host.scheme}${repository}@HEAD/x`)?.repository, repository)
    }
  }
}
