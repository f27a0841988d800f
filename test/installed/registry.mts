/**
 * An npm registry on loopback: what our package depends on, packed from the `node_modules` here, and the package itself.
 * Package managers install from it, and from nothing else.
 */

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startServer } from '../support/server.mts'
import type { Route } from '../support/server.mts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const exec = promisify(execFile)

const published = '2020-01-01T00:00:00.000Z'

type Manifest = Readonly<Record<string, unknown>> & {
  readonly name: string
  readonly version: string
}

/** A package of package-lock.json. */
interface Locked {
  readonly version: string
  readonly dev?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly integrity?: string
}

/** A package that is published beside ours: its files by their paths. */
export type PackageFiles = Readonly<Record<string, string>>

export interface Registry {
  /** Origin, no slash at the end. */
  readonly url: string
  stop(): Promise<void>
}

export interface RegistryOptions {
  /** A folder of our own, for tarballs. */
  readonly folder: string
  /** Our tarball, made by `npm pack`. */
  readonly tarball: string
  /** More packages; each has a `package.json`. */
  readonly packages?: readonly PackageFiles[]
}

/**
 * What is installed for a user: the packages of package-lock.json that are not for development, by their paths; and those that
 * a project may add for the formats that it has, with what these depend on.
 */
function lockedDependencies(): ReadonlyMap<string, Locked> {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>
  }
  const added = new Set(Object.keys(packages['']?.peerDependencies ?? {}))
  for (const name of added) {
    for (const each of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {})) {
      added.add(each)
    }
  }
  const isWanted = ([path, { dev }]: [string, Locked]): boolean =>
    path !== '' && (dev !== true || added.has(path.replace(/^node_modules\//, '')))
  return new Map(Object.entries(packages).filter(isWanted))
}

/** Packs a folder, as a registry has it: what the archive's own folder is called does not matter to anybody. */
async function pack(folder: string, tarball: string): Promise<void> {
  const what = ['-C', dirname(folder), basename(folder)]
  await exec('tar', ['-czf', tarball, '--exclude', 'node_modules', ...what])
}

/** A copy of esbuild without what its install script has put in place: nobody of ours may need that. */
function asPublished(path: string, folder: string): string {
  if (!path.endsWith('/esbuild')) return join(root, path)
  const copy = join(folder, 'esbuild')
  cpSync(join(root, path), copy, { recursive: true })
  writeFileSync(join(copy, 'bin/esbuild'), 'throw new Error("the install script did not run")\n')
  return copy
}

/** Starts the registry; resolves when it serves. */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const { folder, tarball, packages = [] } = options
  const server = await startServer()
  const routes: Record<string, Route> = {}
  const versions = new Map<string, Record<string, unknown>>()

  /** Tells of one version; `integrity` of a tarball that is not there, for a platform that is not this one. */
  function publish(manifest: Manifest, content: Uint8Array | undefined, integrity?: string): void {
    const { name, version } = manifest
    const file = `/${name}/-/${version}.tgz`
    if (content !== undefined) {
      routes[file] = { headers: { 'content-type': 'application/octet-stream' }, body: content }
    }
    const hash = (algorithm: string, encoding: 'base64' | 'hex') =>
      createHash(algorithm)
        .update(content ?? '')
        .digest(encoding)
    const dist = {
      tarball: server.url + file,
      shasum: hash('sha1', 'hex'),
      integrity: integrity ?? `sha512-${hash('sha512', 'base64')}`,
    }
    const hasScript =
      'install' in Object(manifest['scripts']) || 'postinstall' in Object(manifest['scripts'])
    const known = versions.get(name) ?? {}
    known[version] = { ...manifest, dist, ...(hasScript && { hasInstallScript: true }) }
    versions.set(name, known)
  }

  mkdirSync(folder, { recursive: true })
  for (const [path, { version, integrity, ...rest }] of lockedDependencies()) {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    if (!existsSync(join(root, path))) {
      // For another platform: a manager reads what it is for, and leaves it.
      publish({ name, version, ...rest }, undefined, integrity)
      continue
    }
    const file = join(folder, `${name.replaceAll('/', '-')}-${version}.tgz`)
    await pack(asPublished(path, folder), file)
    const manifest = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as Manifest
    publish(manifest, readFileSync(file))
  }
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
  publish(own, readFileSync(tarball))
  for (const files of packages) {
    const manifest = JSON.parse(files['package.json']!) as Manifest
    const home = join(folder, manifest.name)
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(home, name)), { recursive: true })
      writeFileSync(join(home, name), text)
    }
    await pack(home, `${home}.tgz`)
    publish(manifest, readFileSync(`${home}.tgz`))
  }

  for (const [name, known] of versions) {
    const latest = Object.keys(known).at(-1)
    // Managers may refuse what has just been published.
    const time = Object.fromEntries(Object.keys(known).map((each) => [each, published]))
    const packument = JSON.stringify({ name, 'dist-tags': { latest }, versions: known, time })
    const route = { headers: { 'content-type': 'application/json' }, body: packument }
    for (const written of new Set([name, name.replace('/', '%2f'), name.replace('/', '%2F')])) {
      routes[`/${written}`] = route
    }
  }
  await server.set(routes)
  return { url: server.url, stop: () => server.stop() }
}
