/** All modules as a table with sizes and times as bars: sorted by any column, gone along by keys. */

import { categories } from './category.mts'
import { element, shown } from './element.mts'
import { bytesText, timeText } from './figures.mts'
import { pathOf } from '../graph/place.mts'
import { stepsOf } from '../graph/steps.mts'
import type { PageModel, PageNode } from './model.mts'

type Column = 'place' | 'group' | 'steps' | 'bytes' | 'time'

const columns: readonly (readonly [Column, string])[] = [
  ['place', 'Module'],
  ['group', 'From'],
  ['steps', 'Type'],
  ['bytes', 'Size'],
  ['time', 'Time'],
]

export class ModuleTable {
  readonly root: HTMLElement
  readonly #model: PageModel
  readonly #nodes: readonly PageNode[]
  readonly #rows = new Map<number, HTMLTableRowElement>()
  readonly #body = element('tbody')
  readonly #heads = new Map<Column, HTMLElement>()
  readonly #onOpen: (index: number) => void
  readonly #empty = element(
    'p',
    { class: 'empty', hidden: true },
    'No module is meant by this search.',
  )
  #matches: ReadonlySet<number> | undefined
  #sort: Column = 'bytes'
  #isDown = true

  constructor(model: PageModel, onOpen: (index: number) => void) {
    this.#model = model
    this.#onOpen = onOpen
    this.#nodes = model.nodes.filter(({ explanation }) => explanation !== undefined)
    const most = (value: (node: PageNode) => number) => Math.max(1e-9, ...this.#nodes.map(value))
    const [mostBytes, mostTime] = [most(sizeOf), most(timeOf)]
    for (const node of this.#nodes) this.#rows.set(node.index, this.#row(node, mostBytes, mostTime))
    const heads = columns.map(([column, title]) => {
      const head = element(
        'th',
        { scope: 'col', class: column },
        element('button', { type: 'button', onclick: () => this.#sortBy(column) }, title),
      )
      this.#heads.set(column, head)
      return head
    })
    const table = element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...heads)),
      this.#body,
    )
    this.root = element(
      'div',
      { class: 'table', onkeydown: (event: KeyboardEvent) => this.#press(event) },
      table,
      this.#empty,
    )
    this.#arrange()
  }

  showMatches(matches: ReadonlySet<number> | undefined): void {
    this.#matches = matches
    this.#arrange()
  }

  #row(node: PageNode, mostBytes: number, mostTime: number): HTMLTableRowElement {
    const { index, category, place, group, explanation } = node
    const bar = (kind: string, part: number, text: string) => {
      const filled = element('span', { class: `bar ${kind}` })
      filled.style.width = `${part * 100}%`
      const track = element('span', { class: 'track', 'aria-hidden': 'true' }, filled)
      return element('td', { class: 'measure' }, track, element('span', { class: 'figure' }, text))
    }
    const name = element(
      'button',
      { type: 'button', tabindex: -1, title: shown(place), onclick: () => this.#onOpen(index) },
      element(
        'span',
        { class: `badge category-${category}`, title: categories[category][0] },
        categories[category][1],
      ),
      shown(node.kind === 'module' ? pathOf(node.module!.url, this.#model.data.base) : place),
    )
    const { error, duration } = explanation!
    const type =
      error === undefined ? stepsOf(explanation!).join(' → ') : (error.code ?? error.name)
    return element(
      'tr',
      { class: error === undefined ? undefined : 'failed' },
      element('td', { class: 'place' }, name),
      element('td', { class: 'group' }, shown(this.#model.groups[group]!)),
      element('td', { class: 'steps' }, shown(type)),
      bar(
        'bytes',
        sizeOf(node) / mostBytes,
        bytesText(explanation!.bytes ?? explanation!.bodyBytes),
      ),
      bar('time', timeOf(node) / mostTime, timeText(duration)),
    )
  }

  #sortBy(column: Column): void {
    // Figures begin with the largest, names with the first.
    this.#isDown = column === this.#sort ? !this.#isDown : column === 'bytes' || column === 'time'
    this.#sort = column
    this.#arrange()
  }

  #arrange(): void {
    const value = (node: PageNode) =>
      ({
        place: node.place,
        group: this.#model.groups[node.group]!,
        steps: stepsOf(node.explanation!).join(' '),
        bytes: sizeOf(node),
        time: timeOf(node),
      })[this.#sort]
    const sign = this.#isDown ? -1 : 1
    const ordered = this.#nodes
      .filter(({ index }) => this.#matches?.has(index) ?? true)
      .map((node) => [node, value(node)] as const)
      .sort(([, a], [, b]) => (a < b ? -sign : a > b ? sign : 0))
    this.#body.replaceChildren(...ordered.map(([{ index }]) => this.#rows.get(index)!))
    this.#empty.hidden = ordered.length > 0
    for (const [column, head] of this.#heads) {
      const isSorted = column === this.#sort
      head.setAttribute(
        'aria-sort',
        isSorted ? (this.#isDown ? 'descending' : 'ascending') : 'none',
      )
    }
    // One row can be come to by Tab; the arrow keys go on from it.
    for (const [index, button] of this.#buttons().entries()) button.tabIndex = index === 0 ? 0 : -1
  }

  #buttons(): HTMLButtonElement[] {
    return [...this.#body.querySelectorAll<HTMLButtonElement>('td.place button')]
  }

  #press(event: KeyboardEvent): void {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -1e9, End: 1e9 }
    const step = steps[event.key as keyof typeof steps]
    const buttons = this.#buttons()
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement)
    if (step === undefined || at < 0) return
    event.preventDefault()
    const next = buttons[Math.min(buttons.length - 1, Math.max(0, at + step))]!
    buttons[at]!.tabIndex = -1
    next.tabIndex = 0
    next.focus()
  }
}

function sizeOf({ explanation }: PageNode): number {
  return explanation?.bytes ?? explanation?.bodyBytes ?? 0
}

function timeOf({ explanation }: PageNode): number {
  return explanation?.duration ?? 0
}
