/** Tabs, by the pattern of the ARIA Authoring Practices: arrow keys go between them. */

import { element } from './element.mts'

export interface Tab {
  readonly id: string
  readonly title: string
  readonly panel: HTMLElement
}

export class Tabs {
  readonly list: HTMLElement
  readonly #tabs: readonly Tab[]
  readonly #buttons: readonly HTMLButtonElement[]
  readonly #onChange: (id: string) => void
  #current = ''

  constructor(label: string, tabs: readonly Tab[], onChange: (id: string) => void = () => {}) {
    this.#tabs = tabs
    this.#onChange = onChange
    this.#buttons = tabs.map(({ id, title, panel }) => {
      panel.id = `panel-${id}`
      panel.setAttribute('role', 'tabpanel')
      panel.setAttribute('aria-labelledby', `tab-${id}`)
      return element(
        'button',
        {
          type: 'button',
          role: 'tab',
          id: `tab-${id}`,
          'aria-controls': panel.id,
          onclick: () => this.show(id),
        },
        title,
      )
    })
    this.list = element(
      'div',
      {
        role: 'tablist',
        'aria-label': label,
        onkeydown: (event: KeyboardEvent) => this.#press(event),
      },
      ...this.#buttons,
    )
    this.show(tabs[0]!.id)
  }

  get current(): string {
    return this.#current
  }

  show(id: string): void {
    this.#current = id
    for (const [index, tab] of this.#tabs.entries()) {
      const isShown = tab.id === id
      tab.panel.hidden = !isShown
      const button = this.#buttons[index]!
      button.setAttribute('aria-selected', String(isShown))
      button.tabIndex = isShown ? 0 : -1
    }
    this.#onChange(id)
  }

  #press(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const at = this.#tabs.findIndex(({ id }) => id === this.#current)
    const next = (at + step + this.#tabs.length) % this.#tabs.length
    this.show(this.#tabs[next]!.id)
    this.#buttons[next]!.focus()
  }
}
