/** `codeberg:owner/repo/path`, of Codeberg, and of any Forgejo or Gitea. */

import { gitLoader } from '../../core/git-host/git-loader.mts'
import type { GitHost } from '../../core/git-host/host.mts'

export const host: GitHost = {
  scheme: 'codeberg:',
  forms: 'codeberg:owner/repo/path, codeberg:owner/repo@ref/path or codeberg:owner/repo/path#ref',
  ownerName: /^\w[\w.-]{0,39}$/,
  repositoryName: /^[\w.-]{1,100}$/,
  site: { variable: 'MIMEPORT_CODEBERG_URL', standard: 'https://codeberg.org' },
  tokens: ['CODEBERG_TOKEN'],
  // Gitea, services/auth/basic.go: the password is taken for a token, whatever the name.
  gitUser: 'oauth2',
  fileCredentials: (token) => ({ authorization: `token ${token}` }),
  shapes: {
    // Gitea, services/context/repo.go, `getRefName`: a commit id or HEAD.
    file: '{site}/{repository}/raw/commit/{revision}/{path}',
    patch: '{site}/{repository}/commit/{revision}.patch',
    signIn: '{site}/user/login',
  },
}

export const { name, schemes, resolve, resolveRelativePath } = gitLoader(host)
