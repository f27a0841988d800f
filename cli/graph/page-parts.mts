/** The page's own script and style: bundled from the source where that is run, and read where they are built. */

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** Two texts in ASCII. */
export interface PageParts {
  readonly script: string
  readonly style: string
}

const isSource = import.meta.url.endsWith('.mts')

/** Bundles the page's parts, which are `page.mts` and `page.css` of a folder. */
export async function bundleParts(folder: string): Promise<PageParts> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [`${folder}/page.mts`, `${folder}/page.css`],
    outdir: folder,
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2024',
    charset: 'ascii',
    legalComments: 'none',
  })
  const text = (extension: string) =>
    outputFiles.find(({ path }) => path.endsWith(extension))!.text.trimEnd()
  return { script: text('.js'), style: text('.css') }
}

/** In the package, all of the command is in one folder, and the parts in one below it. */
export async function pageParts(): Promise<PageParts> {
  if (isSource) return bundleParts(fileURLToPath(new URL('../graph-page', import.meta.url)))
  const read = (name: string) => readFile(new URL(`graph-page/${name}`, import.meta.url), 'utf8')
  return { script: await read('page.mjs'), style: await read('page.css') }
}
