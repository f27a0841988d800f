/** What was fetched when: a row for each request, and for what came from the cache instead. */

import { element, shown } from './element.mts'
import { timeText } from './figures.mts'
import { withShortCommits } from '../graph/place.mts'
import { fetchesOf, tickOf } from './fetches.mts'
import type { Fetch } from './fetches.mts'
import type { PageModel } from './model.mts'

export class Waterfall {
  readonly root: HTMLElement
  readonly #rows: readonly (readonly [Fetch, HTMLElement])[]
  readonly #empty: HTMLElement

  constructor(model: PageModel, onOpen: (index: number) => void) {
    const fetches = fetchesOf(model)
    const first = fetches[0]?.start ?? 0
    const end = fetches.reduce(
      (last, { start, duration }) => Math.max(last, start + duration),
      first,
    )
    const span = Math.max(end - first, 1e-3)
    this.#rows = fetches.map((fetch) => [fetch, rowOf(fetch, first, span, onOpen)] as const)
    this.#empty = element(
      'p',
      { class: 'empty', hidden: fetches.length > 0 },
      'Nothing was asked of a network.',
    )
    this.root = element('div', { class: 'waterfall' })
    if (fetches.length > 0) {
      const list = element('ol', { onkeydown: moveFocus }, ...this.#rows.map(([, row]) => row))
      this.root.append(axisOf(span), list)
    }
    this.root.append(this.#empty)
    this.showMatches(undefined)
  }

  showMatches(matches: ReadonlySet<number> | undefined): void {
    let seen = 0
    for (const [{ node }, row] of this.#rows) {
      row.hidden = matches !== undefined && !matches.has(node.index)
      row.querySelector('button')!.tabIndex = !row.hidden && seen === 0 ? 0 : -1
      if (!row.hidden) seen += 1
    }
    this.#empty.hidden = seen > 0
    if (this.#rows.length > 0)
      this.#empty.textContent = 'Nothing that this search means was asked of a network.'
  }
}

function rowOf(
  fetch: Fetch,
  first: number,
  span: number,
  onOpen: (index: number) => void,
): HTMLElement {
  const { node, url, start, duration, kind, about } = fetch
  const bar = element('span', { class: `fetch ${kind}` })
  bar.style.left = `${((start - first) / span) * 100}%`
  bar.style.width = `${(duration / span) * 100}%`
  return element(
    'li',
    {},
    element(
      'button',
      { type: 'button', tabindex: -1, onclick: () => onOpen(node.index) },
      element(
        'span',
        { class: 'url', title: shown(url) },
        shown(withShortCommits(url.replace(/^https?:\/\//, ''))),
      ),
      element('span', { class: 'when', 'aria-hidden': 'true' }, bar),
      element('span', { class: 'about' }, shown(`${timeText(duration)} · ${about}`)),
    ),
  )
}

function axisOf(span: number): HTMLElement {
  const axis = element('div', { class: 'axis', 'aria-hidden': 'true' })
  const lines = element('div', { class: 'when' })
  const tick = tickOf(span)
  for (let at = 0; at <= span; at += tick) {
    const mark = element('span', { class: 'tick' }, timeText(at))
    // There is no room for the last one's text.
    if (at > 0.92 * span) mark.textContent = ''
    mark.style.left = `${(at / span) * 100}%`
    lines.append(mark)
  }
  axis.append(
    element('span', { class: 'url' }, 'Request'),
    lines,
    element('span', { class: 'about' }, 'Time, status, size'),
  )
  return axis
}

function moveFocus(event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const list = event.currentTarget as HTMLElement
  const buttons = [...list.querySelectorAll<HTMLButtonElement>('li:not([hidden]) button')]
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement)
  const next = buttons[at + (event.key === 'ArrowDown' ? 1 : -1)]
  if (at < 0 || next === undefined) return
  event.preventDefault()
  buttons[at]!.tabIndex = -1
  next.tabIndex = 0
  next.focus()
}
