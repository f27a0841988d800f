/** A text by lines, with numbers: lines can be gone along by keys, and marked from elsewhere. */

import { element, shownCode } from './element.mts'
import type { DocumentLine } from './markdown.mts'

/** Characters of a line that are shown. */
const LONGEST_LINE = 2000
/** Lines that are shown. */
const MOST_LINES = 20_000

interface Pane {
  readonly title: string
  readonly lines: readonly DocumentLine[]
  /** Lines that have a counterpart. */
  readonly linked: (line: number) => boolean
  /** A line is pointed at, or chosen: from 0. */
  readonly onLine: (line: number, isChosen: boolean) => void
}

let panes = 0

function tokensOf(line: DocumentLine): HTMLElement {
  const code = element('code')
  let room = LONGEST_LINE
  for (const { kind, text } of line.tokens) {
    if (room <= 0) break
    const part = shownCode(text.slice(0, room))
    code.append(kind === 'plain' ? part : element('span', { class: `token-${kind}` }, part))
    room -= text.length
  }
  const rest = line.tokens.reduce((sum, { text }) => sum + text.length, 0) - LONGEST_LINE
  if (rest > 0) code.append(element('i', {}, ` … ${rest.toLocaleString('en')} characters more`))
  return code
}

export class CodePane {
  readonly root: HTMLElement
  readonly #list: HTMLElement
  readonly #rows: HTMLElement[]
  readonly #onLine: Pane['onLine']
  #marked: HTMLElement[] = []
  #current = -1

  constructor({ title, lines, linked, onLine }: Pane) {
    panes += 1
    const name = `code-${panes}`
    this.#onLine = onLine
    this.#rows = lines.slice(0, MOST_LINES).map((line, index) =>
      element(
        'div',
        {
          class: [
            'line',
            line.fence === undefined ? '' : line.runs === true ? 'in-fence runs' : 'in-fence',
            linked(index) ? 'linked' : '',
          ].join(' '),
          role: 'option',
          id: `${name}-${index}`,
          'aria-selected': 'false',
        },
        element('span', { class: 'number', 'aria-hidden': 'true' }, String(index + 1)),
        tokensOf(line),
      ),
    )
    const cut = lines.length > MOST_LINES
    this.#list = element(
      'div',
      {
        class: 'code',
        role: 'listbox',
        tabindex: 0,
        'aria-label': `${title}, by lines`,
        onkeydown: (event: KeyboardEvent) => this.#press(event),
        onmouseover: (event: Event) => this.#point(event, false),
        onclick: (event: Event) => this.#point(event, true),
      },
      ...this.#rows,
      cut && element('p', { class: 'note' }, `and ${lines.length - MOST_LINES} lines more`),
    )
    this.root = element('section', { class: 'pane' }, element('h4', {}, title), this.#list)
  }

  /** Marks these lines, and brings the first into view. */
  mark(lines: readonly number[], isScrolled: boolean): void {
    for (const row of this.#marked) row.classList.remove('marked')
    this.#marked = lines.map((line) => this.#rows[line]).filter((row) => row !== undefined)
    for (const row of this.#marked) row.classList.add('marked')
    if (isScrolled) this.#show(this.#marked[0])
  }

  /** Scrolls this pane alone: the page stays where it is. */
  #show(row: HTMLElement | undefined): void {
    if (row === undefined) return
    const { clientHeight, scrollTop } = this.#list
    const top = row.offsetTop - this.#list.offsetTop
    if (top >= scrollTop && top + row.offsetHeight <= scrollTop + clientHeight) return
    this.#list.scrollTop = top - clientHeight / 3
  }

  #point(event: Event, isChosen: boolean): void {
    const row = (event.target as Element).closest<HTMLElement>('.line')
    const line = row === null ? -1 : this.#rows.indexOf(row)
    if (line >= 0) this.#go(line, isChosen)
  }

  #press(event: KeyboardEvent): void {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -1e9, End: 1e9 }
    const step = steps[event.key as keyof typeof steps]
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    const line = Math.min(this.#rows.length - 1, Math.max(0, this.#current + step))
    this.#go(line, true)
    this.#show(this.#rows[line])
  }

  #go(line: number, isChosen: boolean): void {
    if (isChosen) {
      const before = this.#rows[this.#current]
      before?.classList.remove('current')
      before?.setAttribute('aria-selected', 'false')
      this.#current = line
      const row = this.#rows[line]!
      row.classList.add('current')
      row.setAttribute('aria-selected', 'true')
      this.#list.setAttribute('aria-activedescendant', row.id)
    }
    this.#onLine(line, isChosen)
  }
}
