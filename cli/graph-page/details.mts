/** The pane of one module: its life, and its texts. */

import { categories } from './category.mts'
import { element, shown } from './element.mts'
import { explainView } from './explain-view.mts'
import { bytesText, timeText } from './figures.mts'
import { sourceView } from './source-view.mts'
import { Tabs } from './tabs.mts'
import { sizesOf, stepsOf } from '../graph/steps.mts'
import type { PageModel } from './model.mts'

export class Details {
  readonly root: HTMLElement
  readonly #model: PageModel
  readonly #onGo: (index: number) => void
  readonly #onClose: () => void
  #tab = 'explain'

  constructor(model: PageModel, onGo: (index: number) => void, onClose: () => void) {
    this.#model = model
    this.#onGo = onGo
    this.#onClose = onClose
    this.root = element('aside', {
      class: 'details',
      hidden: true,
      'aria-label': 'Module',
      onkeydown: (event: KeyboardEvent) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        this.close()
      },
    })
  }

  get isOpen(): boolean {
    return !this.root.hidden
  }

  open(index: number): void {
    const node = this.#model.nodes[index]!
    const { category, place, explanation } = node
    const explain = element('div', { tabindex: 0 })
    explain.append(explainView(this.#model, node, this.#onGo))
    const source = element('div')
    const views = [{ id: 'explain', title: 'Explain', panel: explain }]
    if (node.kind === 'module') views.push({ id: 'source', title: 'Source', panel: source })
    const tabs = new Tabs('What of the module', views, (id) => {
      this.root.classList.toggle('wide', id === 'source')
      if (id === 'source' && source.childElementCount === 0) source.append(sourceView(node))
    })
    const heading = element('h2', { tabindex: -1 }, shown(place))
    const figures =
      explanation === undefined
        ? [categories[category][0]]
        : [
            stepsOf(explanation).join(' → '),
            sizesOf(explanation).map(bytesText).join(' → '),
            timeText(explanation.duration),
          ]
    this.root.replaceChildren(
      element(
        'header',
        {},
        element(
          'span',
          { class: `badge category-${category}`, title: categories[category][0] },
          categories[category][1],
        ),
        element(
          'div',
          { class: 'title' },
          heading,
          element('p', { class: 'quiet' }, shown(figures.filter(Boolean).join(' · '))),
        ),
        element(
          'button',
          {
            type: 'button',
            class: 'close',
            'aria-label': 'Close',
            title: 'Close (Escape)',
            onclick: () => this.close(),
          },
          '×',
        ),
      ),
      tabs.list,
      explain,
      source,
    )
    this.root.hidden = false
    if (this.#tab === 'source' && node.kind === 'module') tabs.show('source')
    this.root
      .querySelector('[role=tablist]')!
      .addEventListener('click', () => (this.#tab = tabs.current))
    this.root
      .querySelector('[role=tablist]')!
      .addEventListener('keyup', () => (this.#tab = tabs.current))
    heading.focus({ preventScroll: true })
  }

  close(): void {
    if (this.root.hidden) return
    this.root.hidden = true
    this.#onClose()
  }
}
