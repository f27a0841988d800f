/** `gitlab:group/project/path`, of gitlab.com and of a company's own GitLab. */

import { gitLoader } from '../../core/git-host/git-loader.mts'
import type { GitHost } from '../../core/git-host/host.mts'

export const host: GitHost = {
  scheme: 'gitlab:',
  forms:
    'gitlab:group/project/path, gitlab:group/sub/project@ref/path, gitlab:group/sub/project/-/path or ' +
    'gitlab:group/project/path#ref',
  // https://docs.gitlab.com/user/reserved_names/: neither begins with a hyphen.
  ownerName: /^[A-Za-z0-9_][\w.-]{0,254}$/,
  repositoryName: /^[A-Za-z0-9_.][\w.-]{0,254}$/,
  nested: true,
  site: { variable: 'MIMEPORT_GITLAB_URL', standard: 'https://gitlab.com' },
  tokens: ['GITLAB_TOKEN'],
  // https://docs.gitlab.com/user/profile/personal_access_tokens/: any name will do.
  gitUser: 'oauth2',
  fileCredentials: (token) => ({ 'private-token': token }),
  shapes: {
    file: '{site}/{repository}/-/raw/{revision}/{path}',
    // Pages for browsers take no token: lib/gitlab/auth/auth_finders.rb, `valid_web_access_format?`, has no `:blob`.
    fileWithToken: '{site}/api/v4/projects/{project}/repository/files/{file}/raw?ref={revision}',
    patch: '{site}/{repository}/-/commit/{revision}.patch',
    signIn: '{site}/users/sign_in',
  },
}

export const { name, schemes, resolve, resolveRelativePath } = gitLoader(host)
