/** Where the git hosts are and what may hold their tokens: as their loaders say, which no command may import. */

export interface KnownHost {
  readonly scheme: string
  /** Variable → standard address. */
  readonly endpoints: Readonly<Record<string, string>>
  readonly tokens: readonly string[]
}

export const gitHosts: readonly KnownHost[] = [
  {
    scheme: 'github:',
    endpoints: {
      MIMEPORT_GITHUB_URL: 'https://github.com',
      MIMEPORT_GITHUB_RAW_URL: 'https://raw.githubusercontent.com',
    },
    tokens: ['GITHUB_TOKEN', 'GH_TOKEN'],
  },
  {
    scheme: 'gitlab:',
    endpoints: { MIMEPORT_GITLAB_URL: 'https://gitlab.com' },
    tokens: ['GITLAB_TOKEN'],
  },
  {
    scheme: 'codeberg:',
    endpoints: { MIMEPORT_CODEBERG_URL: 'https://codeberg.org' },
    tokens: ['CODEBERG_TOKEN'],
  },
]
