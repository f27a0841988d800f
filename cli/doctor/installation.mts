/** What mimeport runs on: Node, the packages that it depends on, their native parts, and what the permission model asks. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { faultOf, finding } from '../findings.mts'
import { self } from '../self.mts'
import { path } from '../shown.mts'
import { shellWord } from '../../core/shell-word.mts'
import { version } from '../../core/version.mts'
import type * as ESBuild from 'esbuild'
import type { Finding } from '../../core/inspection.mts'
import type { Settings } from '../../core/settings.mts'

const require = createRequire(self)

/** The packages of package.json that are not installed. */
function missing(): string[] {
  // Beside the registered file, or, in the package, above its folder.
  const manifest = ['./package.json', '../package.json'].find((each) => {
    try {
      return (require(each) as { name?: string }).name === 'mimeport'
    } catch {
      return false
    }
  })
  const { dependencies = {} } =
    manifest === undefined
      ? {}
      : (JSON.parse(readFileSync(require.resolve(manifest), 'utf8')) as {
          dependencies?: Readonly<Record<string, string>>
        })
  return Object.keys(dependencies).filter((name) => {
    try {
      require.resolve(name)
      return false
    } catch (error) {
      // One that is for `import` alone is there.
      return (error as { code?: string }).code === 'MODULE_NOT_FOUND'
    }
  })
}

/** What a native compiler is asked: something that stripping types cannot do. */
const sample = 'enum A { B }'

async function inspectEsbuild(): Promise<Finding> {
  const subject = 'esbuild'
  try {
    const esbuild = require('esbuild') as typeof ESBuild
    const late = new AbortController()
    try {
      await Promise.race([
        esbuild.transform(sample, { loader: 'ts' }),
        new Promise((_, reject) => {
          const timer = setTimeout(() => reject(new Error('it did not answer within 10 s')), 10_000)
          late.signal.addEventListener('abort', () => clearTimeout(timer))
        }),
      ])
    } finally {
      late.abort()
      await esbuild.stop()
    }
    return finding('ok', subject, `${esbuild.version}, its program runs`)
  } catch (error) {
    const advice = 'npm install --include=optional, on the system that it is to run on'
    return faultOf(subject, error, advice)
  }
}

function inspectOxc(): Finding {
  const subject = 'oxc-transform'
  try {
    const oxc = require('oxc-transform') as { transformSync(name: string, text: string): unknown }
    oxc.transformSync('a.ts', sample)
    return finding('ok', subject, 'installed, and loads: TypeScript is compiled without a process')
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    return code === 'MODULE_NOT_FOUND'
      ? finding('note', subject, 'not installed, and optional: TypeScript is compiled by esbuild')
      : {
          ...faultOf(subject, new Error(message)),
          state: 'note',
          advice: 'esbuild is used instead',
        }
  }
}

/** The folder that holds mimeport and what it depends on. */
function ownFolder(): string {
  const file = fileURLToPath(self)
  return /^.*?[/\\]node_modules(?=[/\\])/.exec(file)?.[0] ?? dirname(file)
}

/** The flags that a program needs of the permission model, and whether we have them where it is on. */
function inspectPermissions(root: string): Finding {
  const subject = 'permissions'
  const isDenied = process.allowedNodeEnvironmentFlags.has('--allow-net')
  const flags = [
    `--allow-fs-read=${ownFolder()}`,
    `--allow-fs-read=${root}`,
    '--allow-worker',
    ...(isDenied ? ['--allow-net'] : []),
  ]
  const text = `with --permission a program needs ${flags.map(shellWord).join(' ')}`
  const model = process.permission as NodeJS.ProcessPermission | undefined
  if (model === undefined) return finding('ok', subject, text)
  const asked = [
    ['worker', undefined],
    ['fs.read', ownFolder()],
    ['fs.read', root],
    ...(isDenied ? [['net', undefined] as const] : []),
  ] as const
  const lacking = asked.filter(([scope, file]) => !model.has(scope, file))
  return lacking.length === 0
    ? finding('ok', subject, `${text}; this process has them`)
    : finding(
        'fault',
        subject,
        `${text}; this process lacks ${lacking.map(([scope]) => scope).join(', ')}`,
      )
}

/** Looks at the installation. `settings`: of the project; left out where they cannot be read. */
export async function inspectInstallation(settings: Settings | undefined): Promise<Finding[]> {
  const lacking = missing()
  return [
    finding('ok', 'node', `${process.version}, ${process.execPath}`),
    lacking.length === 0
      ? finding('ok', 'mimeport', `${version()}, ${path(dirname(fileURLToPath(self)))}`)
      : finding('fault', 'mimeport', `${version()} lacks ${lacking.join(', ')}`, 'npm install'),
    await inspectEsbuild(),
    inspectOxc(),
    inspectPermissions(settings?.root ?? process.cwd()),
  ]
}
