/** What tells one git host from another: its names, the shapes of its URLs, and who may ask. A loader is made of one. */

import type { HeaderRecord } from '../types.mts'

/** A URL that an environment variable may change. */
export interface Endpoint {
  readonly variable: string
  readonly standard: string
}

/**
 * Where things are. `{site}` and `{files}` are the endpoints, `{repository}` is `owner/name`, `{revision}` a commit id or
 * `HEAD`, `{path}` a path, percent-encoded; `{project}` and `{file}` are repository and path as one segment each.
 */
export interface URLShapes {
  /** A file, as it is. */
  readonly file: string
  /** The same for whoever has a token, where that is elsewhere. */
  readonly fileWithToken?: string
  /** A commit as a patch: `From <its whole id> …`. git-format-patch(1): its id may be abbreviated in the URL. */
  readonly patch: string
  /** Where whoever may not see something is sent to. */
  readonly signIn: string
}

export interface GitHost {
  /** With the colon. */
  readonly scheme: string
  /** Right specifiers, for messages. */
  readonly forms: string
  readonly ownerName: RegExp
  readonly repositoryName: RegExp
  /** Repositories are in groups, which may be in groups. */
  readonly nested?: boolean
  /** `owner/repo/REF/path` is read, too. */
  readonly olderForm?: boolean
  /** Serves git's smart HTTP protocol. */
  readonly site: Endpoint
  /** Serves files as they are; left out: the site does. */
  readonly files?: Endpoint
  /** The environment variables that may hold a token; the first that does is taken. */
  readonly tokens: readonly string[]
  /** The user name that goes with a token as a Basic password, to git. */
  readonly gitUser: string
  /** Fields that show a token to whoever serves files. */
  fileCredentials(token: string): HeaderRecord
  readonly shapes: URLShapes
}
