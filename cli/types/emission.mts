/** Has the project's TypeScript make declarations of sources, in a folder of their own. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { compile } from './compiler.mts'
import { withManifest } from './folder.mts'
import type { Compiler } from './compiler.mts'
import type { Declarations, Emitted, Source } from './declarations.mts'

/** What the sources are read with: as what they are, by whoever wrote them, not by the project's own rules. */
const options = {
  target: 'esnext',
  module: 'esnext',
  moduleResolution: 'bundler',
  lib: ['esnext', 'dom', 'dom.iterable', 'dom.asynciterable'],
  strict: true,
  allowJs: true,
  checkJs: false,
  jsx: 'preserve',
  resolveJsonModule: true,
  allowArbitraryExtensions: true,
  allowImportingTsExtensions: true,
  declaration: true,
  declarationMap: true,
  emitDeclarationOnly: true,
  noEmitOnError: false,
  noCheck: true,
  skipLibCheck: true,
}

function put(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    const file = join(folder, ...path.split('/'))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

/** The name under which the compiler writes the declarations of a source. */
function emittedFile(file: string): string {
  return file.replace(/\.(c?)[jt]sx?$/, '.d.$1ts')
}

/** A text without the comment that the compiler has put in its last line. */
function withoutMapURL(text: string): string {
  const at = text.lastIndexOf('//# sourceMappingURL=')
  return at === -1 || text.slice(at).trimEnd().includes('\n') ? text : text.slice(0, at)
}

/** Makes the declarations of all sources; what reads those of one. `stage`: an empty folder in the project. */
export async function emit(
  compiler: Compiler,
  declarations: Declarations,
  { stage, root }: { readonly stage: string; readonly root: string },
): Promise<(source: Source) => Emitted | undefined> {
  const { sources, before } = declarations
  put(stage, withManifest(before))
  put(stage, new Map(sources.map(({ file, text }) => [file, text])))
  const out = join(stage, 'out')
  const hasNode = existsSync(join(root, 'node_modules', '@types', 'node'))
  const config = {
    compilerOptions: {
      ...options,
      types: hasNode ? ['node'] : [],
      rootDir: root,
      rootDirs: [root, join(stage, 'root')],
      outDir: out,
    },
    files: [...sources.map(({ file }) => file), 'imports.d.ts', 'imports.d.cts'],
  }
  const file = join(stage, 'tsconfig.json')
  writeFileSync(file, JSON.stringify(config))
  await compile(compiler, file, root)
  return (source) => {
    const path = join(out, relative(root, stage), emittedFile(source.file))
    if (!existsSync(path)) return undefined
    const text = withoutMapURL(readFileSync(path, 'utf8'))
    return { text, map: readFileSync(`${path}.map`, 'utf8') }
  }
}
