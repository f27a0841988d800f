/** A module graph as one page that needs no network: data, script and style are in it, and nothing else may be loaded. */

import { createHash } from 'node:crypto'
import type { PageData } from '../graph-page/model.mts'
import type { PageParts } from './page-parts.mts'
import type { GraphModule, ModuleGraph } from '../../core/explanation.mts'

/** Characters of one module's texts and of all: a page has to open. */
const LONGEST_TEXTS = 2_000_000
const LONGEST_PAGE = 40_000_000

/** By which a page of ours is known. */
export const generator = '<meta name="generator" content="mimeport graph">'

/** In ASCII, and nothing in it that HTML reads: it stands in an element that ends at `</script`. */
function dataText(data: PageData): string {
  return JSON.stringify(data).replace(
    /[^ -~]|[<>&]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function markupText(text: string): string {
  return text.toWellFormed().replace(/[^ -~]|[<>&"']/gu, (c) => {
    const code = c.codePointAt(0)!
    // What is no character of a document is none of a title.
    return code < 32 || (code > 126 && code < 160) ? ' ' : `&#${code};`
  })
}

function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

/** Leaves out texts that are too long, and says of how many modules. */
function withinBounds(modules: readonly GraphModule[]): [GraphModule[], number] {
  let room = LONGEST_PAGE
  let withoutTexts = 0
  const bounded = modules.map((module) => {
    const { texts, ...rest } = module
    if (texts === undefined) return module
    const { original = '', generated = '', map = '' } = texts
    const length = original.length + generated.length + map.length
    if (length > LONGEST_TEXTS || length > room) {
      withoutTexts += 1
      return rest
    }
    room -= length
    return module
  })
  return [bounded, withoutTexts]
}

/** The page of a graph; `base` is the folder, a file: URL, that paths are shown from. All of it is ASCII. */
export function pageOf(
  graph: ModuleGraph,
  { title, base }: { readonly title: string; readonly base: string },
  { script, style }: PageParts,
): string {
  const [modules, withoutTexts] = withinBounds(graph.modules)
  const data: PageData = { graph: { ...graph, modules }, base, title, withoutTexts }
  const policy = [
    "default-src 'none'",
    `script-src ${sourceHash(script)}`,
    `style-src ${sourceHash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width">',
    '<meta name="referrer" content="no-referrer">',
    generator,
    `<title>${markupText(title)}</title>`,
    '<link rel="icon" href="data:,">',
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<div id="page"></div>',
    '<noscript><p>This page draws the module graph by a script of its own, which is in it.</p></noscript>',
    `<script type="application/json" id="data">${dataText(data)}</script>`,
    `<script type="module">${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}
