/** `github:owner/repo/path`, of GitHub and of servers that work as it does (GitHub Enterprise). */

import { gitLoader } from '../../core/git-host/git-loader.mts'
import type { GitHost } from '../../core/git-host/host.mts'

export const host: GitHost = {
  scheme: 'github:',
  forms: 'github:owner/repo/path, github:owner/repo@ref/path or github:owner/repo/path#ref',
  // Letters, digits, hyphens, and the underscore of managed users.
  ownerName: /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/,
  repositoryName: /^[\w.-]{1,100}$/,
  olderForm: true,
  site: { variable: 'MIMEPORT_GITHUB_URL', standard: 'https://github.com' },
  files: {
    variable: 'MIMEPORT_GITHUB_RAW_URL',
    standard: 'https://raw.githubusercontent.com',
  },
  tokens: ['GITHUB_TOKEN', 'GH_TOKEN'],
  // https://github.com/fluxcd/source-controller/pull/1091
  gitUser: 'x-access-token',
  // https://docs.deno.com/runtime/reference/private_repositories
  fileCredentials: (token) => ({ authorization: `Bearer ${token}` }),
  shapes: {
    file: '{files}/{repository}/{revision}/{path}',
    patch: '{site}/{repository}/commit/{revision}.patch',
    signIn: '{site}/login',
  },
}

export const { name, schemes, resolve, resolveRelativePath } = gitLoader(host)
