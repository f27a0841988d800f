/** The field that searches: says how many it means, and goes from one to the next. */

import { element } from './element.mts'
import { countText } from './figures.mts'
import { searchOf } from './search.mts'
import type { PageModel } from './model.mts'

interface Listener {
  found(matches: ReadonlySet<number> | undefined): void
  /** Shows one of them. */
  go(index: number): void
  open(index: number): void
  leave(): void
}

export class SearchField {
  readonly root: HTMLElement
  readonly #field: HTMLInputElement
  readonly #said = element('output', { for: 'search', class: 'quiet' })
  readonly #search: ReturnType<typeof searchOf>
  readonly #model: PageModel
  readonly #listener: Listener
  /** What is meant, in the order of the walk. */
  #matches: number[] = []
  #at = -1

  constructor(model: PageModel, listener: Listener) {
    this.#model = model
    this.#listener = listener
    this.#search = searchOf(model)
    this.#field = element('input', {
      type: 'search',
      id: 'search',
      placeholder: 'Search modules  /',
      'aria-label': 'Search modules: name, type, loader, origin',
      autocomplete: 'off',
      spellcheck: 'false',
      oninput: () => this.#find(),
      onkeydown: (event: KeyboardEvent) => this.#press(event),
    })
    this.root = element('div', { class: 'search', role: 'search' }, this.#field, this.#said)
  }

  focus(): void {
    this.#field.focus()
    this.#field.select()
  }

  #find(): void {
    const found = this.#search(this.#field.value)
    const order = (index: number) => this.#model.nodes[index]!.order
    this.#matches = [...(found ?? [])].sort((a, b) => order(a) - order(b))
    this.#at = -1
    this.#said.textContent =
      found === undefined ? '' : `${countText(found.size, 'match', 'matches')}`
    this.#listener.found(found)
  }

  #press(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      if (this.#field.value === '') this.#listener.leave()
      this.#field.value = ''
      this.#find()
    } else if (event.key === 'Enter' && this.#at >= 0 && !event.shiftKey) {
      event.preventDefault()
      this.#listener.open(this.#matches[this.#at]!)
    } else if (['Enter', 'ArrowDown', 'ArrowUp'].includes(event.key)) {
      event.preventDefault()
      this.#step(event.key === 'ArrowUp' || event.shiftKey ? -1 : 1)
    }
  }

  #step(by: number): void {
    const number = this.#matches.length
    if (number === 0) return
    this.#at = this.#at < 0 ? (by > 0 ? 0 : number - 1) : (this.#at + by + number) % number
    this.#said.textContent = `${(this.#at + 1).toLocaleString('en')} of ${countText(number, 'match', 'matches')}`
    this.#listener.go(this.#matches[this.#at]!)
  }
}
