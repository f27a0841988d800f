/** A module's texts side by side: what came, and what runs; a line of one shows its counterpart in the other. */

import { CodePane } from './code-pane.mts'
import { element, shown } from './element.mts'
import { codeTokens, linesOf } from './highlight.mts'
import { blankedOriginal, originalsOf, ownOriginal } from './line-links.mts'
import { markdownLines } from './markdown.mts'
import { essenceOf } from '../graph/steps.mts'
import type { DocumentLine } from './markdown.mts'
import type { GraphModule } from '../../core/explanation.mts'
import type { Original } from './line-links.mts'
import type { PageNode } from './model.mts'

/** Characters from which on a text has no colours. */
const LONGEST_COLOURED = 300_000

const isCode = /javascript|typescript|json|jsx|tsx|mp2t|node$/

/** Tells the fences that run from those that do not: the map leads to the former. */
function withRunning(lines: readonly DocumentLine[], links: Original | undefined): DocumentLine[] {
  const running = new Set(
    lines.filter((_, line) => links?.forward.has(line)).map(({ fence }) => fence),
  )
  return lines.map((line) => ({
    ...line,
    runs: line.fence !== undefined && running.has(line.fence),
  }))
}

function documentLines(text: string, type: string, links?: Original): DocumentLine[] {
  if (text.length > LONGEST_COLOURED || !(isCode.test(type) || type.includes('markdown'))) {
    return text.split(/\r\n|\n|\r/).map((line) => ({ tokens: [{ kind: 'plain', text: line }] }))
  }
  if (type.includes('markdown')) return withRunning(markdownLines(text), links)
  return linesOf(codeTokens(text)).map((tokens) => ({ tokens }))
}

interface Texts {
  readonly title: string
  readonly text: string
  readonly type: string
  readonly links: Original | undefined
}

/** What the left side can show: the body as it came, and other originals that the map brings. */
function leftSides({ url, texts, explanation }: GraphModule): Texts[] {
  const originals = texts?.map === undefined ? [] : originalsOf(texts.map)
  const body = texts?.original
  const blanked = (generated: string | undefined) =>
    body === undefined || generated === undefined ? undefined : blankedOriginal(body, generated)
  const own = ownOriginal(originals, url, body) ?? blanked(texts?.generated)
  const type = essenceOf(explanation.mediaType ?? 'text/javascript')
  const sides: Texts[] = []
  if (body !== undefined) sides.push({ title: 'As it came', text: body, type, links: own })
  for (const each of originals) {
    if (each === own || each.text === undefined) continue
    const name = each.name.split('/').at(-1) ?? each.name
    const kind = name.endsWith('.md') ? 'text/markdown' : 'application/typescript'
    sides.push({ title: shown(`Original: ${name}`), text: each.text, type: kind, links: each })
  }
  return sides
}

function sideBySide(left: Texts, generated: string | undefined, box: HTMLElement): void {
  const { links } = left
  const isSame = generated === undefined || (generated === left.text && links === undefined)
  const panes: { right?: CodePane } = {}
  const original: CodePane = new CodePane({
    title: isSame ? `${left.title}; Node runs it as it is` : left.title,
    lines: documentLines(left.text, left.type, links),
    linked: (line) => links?.forward.has(line) === true,
    onLine(line, isChosen) {
      panes.right?.mark(links?.forward.get(line) ?? [], isChosen)
      original.mark(links?.forward.has(line) === true ? [line] : [], false)
    },
  })
  box.replaceChildren(original.root)
  if (isSame) return
  const pane: CodePane = new CodePane({
    title: 'What Node runs',
    lines: documentLines(generated, 'text/javascript'),
    linked: (line) => links?.back.has(line) === true,
    onLine(line, isChosen) {
      const back = links?.back.get(line)
      original.mark(back === undefined ? [] : [back], isChosen)
      pane.mark(back === undefined ? [] : [line], false)
    },
  })
  panes.right = pane
  box.append(pane.root)
}

export function sourceView({ module }: PageNode): HTMLElement {
  const sides = module === undefined ? [] : leftSides(module)
  const generated = module?.texts?.generated
  const [first] = sides
  if (first === undefined) {
    if (generated === undefined) {
      const why = 'There is no text of this module in the page: it is no text, or too long.'
      return element('p', { class: 'empty' }, why)
    }
    const only = {
      title: 'What Node runs',
      text: generated,
      type: 'text/javascript',
      links: undefined,
    }
    const box = element('div', { class: 'sides' })
    sideBySide(only, undefined, box)
    return box
  }
  const box = element('div', { class: 'sides' })
  sideBySide(first, generated, box)
  const choice =
    sides.length > 1 &&
    element(
      'label',
      { class: 'choice' },
      'Left side ',
      element(
        'select',
        {
          onchange: (event: Event) =>
            sideBySide(sides[(event.target as HTMLSelectElement).selectedIndex]!, generated, box),
        },
        ...sides.map(({ title }) => element('option', {}, title)),
      ),
    )
  const hint =
    first.links !== undefined &&
    element(
      'p',
      { class: 'hint' },
      'Point at a line, or go along the lines with ↑ and ↓: its counterpart is marked.',
    )
  return element('div', { class: 'source' }, hint, choice, box)
}
