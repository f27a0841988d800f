/** The page: reads the graph that stands in it, and puts the views together. */

import { categories } from './category.mts'
import { Details } from './details.mts'
import { byId, element, shown } from './element.mts'
import { bytesText, countText } from './figures.mts'
import { modelOf } from './model.mts'
import { ModuleTable } from './module-table.mts'
import { Picture } from './picture.mts'
import { SearchField } from './search-field.mts'
import { Tabs } from './tabs.mts'
import { Waterfall } from './waterfall.mts'
import { totalsOf } from '../graph/totals.mts'
import type { Category } from './category.mts'
import type { PageData, PageModel } from './model.mts'

function summary({ graph, withoutTexts }: PageData): HTMLElement {
  const { modules, local, origins, bytes, transformed, requests, wireBytes, failures } =
    totalsOf(graph)
  const parts = [
    `${countText(modules, 'module')}, ${bytesText(bytes)}`,
    `${countText(local, 'file')}, ${countText(modules - local, 'module')} from ${countText(origins, 'origin')}`,
    `${transformed.toLocaleString('en')} transformed`,
    `${countText(requests, 'request')}${requests === 0 ? '' : `, ${bytesText(wireBytes)} on the wire`}`,
    withoutTexts === 0 ? '' : `${countText(withoutTexts, 'text')} too long for the page`,
  ]
  return element(
    'p',
    { class: 'summary' },
    ...parts.filter(Boolean).map((part) => element('span', {}, part)),
    failures > 0 && element('span', { class: 'bad' }, `${countText(failures, 'import')} failed`),
  )
}

/** What the colours mean: those that are there. */
function legend({ nodes }: PageModel): HTMLElement {
  const there = new Set(nodes.map(({ category }) => category))
  const names = (Object.keys(categories) as Category[]).filter((name) => there.has(name))
  const lines = [
    ['line out', 'imports'],
    ['line into', 'imported by'],
  ] as const
  return element(
    'ul',
    { class: 'legend', 'aria-label': 'Legend' },
    ...names.map((name) => {
      const [title, sign] = categories[name]
      return element(
        'li',
        {},
        element('span', { class: `badge category-${name}`, 'aria-hidden': 'true' }, sign),
        title,
      )
    }),
    ...lines.map(([kind, title]) =>
      element('li', {}, element('span', { class: kind, 'aria-hidden': 'true' }), title),
    ),
  )
}

function zoomButtons(picture: Picture): HTMLElement {
  const button = (sign: string, label: string, act: () => void) =>
    element('button', { type: 'button', title: label, 'aria-label': label, onclick: act }, sign)
  return element(
    'div',
    { class: 'zoom', role: 'group', 'aria-label': 'Zoom' },
    button('+', 'Larger (+)', () => picture.zoom(1.3)),
    button('−', 'Smaller (-)', () => picture.zoom(1 / 1.3)),
    button('⤢', 'Everything (0)', () => picture.fit()),
  )
}

const keys = [
  ['/', 'search'],
  ['← ↑ ↓ →', 'go'],
  ['Enter', 'open'],
  ['Esc', 'close'],
  ['+ − 0', 'zoom'],
] as const

function keyHelp(): HTMLElement {
  const items = keys.map(([key, what]) => element('span', {}, element('kbd', {}, key), ` ${what}`))
  return element('p', { class: 'keys' }, ...items)
}

function build(data: PageData): void {
  const model = modelOf(data)
  let lastFocus: HTMLElement | undefined
  const open = (index: number) => {
    const active = document.activeElement
    if (!details.root.contains(active))
      lastFocus = active instanceof HTMLElement ? active : undefined
    details.open(index)
    picture.select(index)
  }
  const close = () => {
    const isThere = lastFocus?.isConnected === true && lastFocus !== document.body
    ;(isThere ? lastFocus! : picture.root).focus()
  }
  const colours = legend(model)
  const picture = new Picture(model, colours, open)
  const table = new ModuleTable(model, open)
  const waterfall = new Waterfall(model, open)
  const details = new Details(model, open, close)
  const search = new SearchField(model, {
    found(matches) {
      picture.showMatches(matches)
      table.showMatches(matches)
      waterfall.showMatches(matches)
    },
    go(index) {
      tabs.show('graph')
      picture.select(index)
    },
    open,
    leave: () => picture.root.focus(),
  })
  const graph = element('div', { class: 'graph' }, picture.root, zoomButtons(picture), colours)
  const list = element('div', {}, table.root)
  const requests = element('div', {}, waterfall.root)
  const tabs = new Tabs('Views', [
    { id: 'graph', title: 'Graph', panel: graph },
    { id: 'modules', title: 'Modules', panel: list },
    { id: 'requests', title: 'Requests', panel: requests },
  ])
  const isEmpty = model.nodes.length === 0
  byId('page').append(
    element(
      'header',
      { class: 'top' },
      element('h1', {}, shown(data.title)),
      summary(data),
      element('div', { class: 'bar-of-tools' }, tabs.list, search.root, keyHelp()),
    ),
    element(
      'main',
      {},
      isEmpty && element('p', { class: 'empty' }, 'There is no module in this graph.'),
      graph,
      list,
      requests,
      details.root,
    ),
  )
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLInputElement
    if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault()
      search.focus()
    } else if (event.key === 'Escape' && !isTyping) details.close()
  })
  picture.root.focus({ preventScroll: true })
}

build(JSON.parse(byId('data').textContent!) as PageData)
