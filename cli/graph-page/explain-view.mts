/** The life of one import, in words: hops, requests, type, transforms, cache, lock, imports. */

import { element, shown } from './element.mts'
import { bytesText, countText, timeText } from './figures.mts'
import { redirectsOf } from '../graph/steps.mts'
import { hopList } from './hop-list.mts'
import type { Explanation } from '../../core/explanation.mts'
import type { Link, PageModel, PageNode } from './model.mts'

const found: Readonly<Record<NonNullable<Explanation['identifiedBy']>, string>> = {
  'content-type': 'by its Content-Type',
  extension: 'by its extension',
  table: 'by the table of extensions',
  content: 'by its content',
}

const locked: Readonly<Record<Explanation['lock'], string>> = {
  pinned: 'pinned: the bytes are held to the lock',
  unpinned: 'not in the lock yet',
  none: 'none, or no need of it',
}

function section(title: string, ...children: (Node | string | undefined | false)[]): HTMLElement {
  return element('section', {}, element('h3', {}, title), ...children)
}

function facts(rows: readonly (readonly [string, string | Node | undefined])[]): HTMLElement {
  const list = element('dl')
  for (const [name, value] of rows) {
    if (value !== undefined) list.append(element('dt', {}, name), element('dd', {}, value))
  }
  return list
}

function transformSection({
  transforms,
  mediaType,
  format,
  bodyBytes,
  bytes,
}: Explanation): HTMLElement {
  const most = Math.max(bodyBytes ?? 0, ...transforms.map((each) => each.bytes), 1)
  const step = (type: string, size: number | undefined, how: string) => {
    const bar = element('span', { class: 'bar bytes' })
    bar.style.width = `${((size ?? 0) / most) * 100}%`
    return element(
      'li',
      {},
      element('span', { class: 'mono' }, shown(type)),
      element('span', { class: 'quiet' }, shown(how)),
      element('span', { class: 'track', 'aria-hidden': 'true' }, bar),
      element('span', { class: 'figure' }, bytesText(size)),
    )
  }
  const steps = transforms.map((each) =>
    step(
      each.to,
      each.bytes,
      `${each.loader}, ${timeText(each.duration)}${each.mapped ? ', source map' : ''}`,
    ),
  )
  const first = mediaType === undefined ? [] : [step(mediaType, bodyBytes, 'as it came')]
  return section(
    'Transforms',
    transforms.length > 0
      ? element('ol', { class: 'steps' }, ...first, ...steps)
      : element(
          'p',
          { class: 'quiet' },
          `None: Node runs it as it is, ${bytesText(bytes ?? bodyBytes)}.`,
        ),
    facts([['Format', format]]),
  )
}

function errorSection({ error }: Explanation): HTMLElement | undefined {
  if (error === undefined) return undefined
  const causes: HTMLElement[] = []
  for (
    let each = error.cause, depth = 0;
    each !== undefined && depth < 10;
    each = each.cause, depth += 1
  ) {
    causes.push(element('p', { class: 'quiet' }, `Cause: ${shown(each.message)}`))
  }
  return element(
    'section',
    { class: 'error', role: 'note' },
    element('h3', {}, shown(error.code ?? error.name)),
    element('p', {}, shown(error.message)),
    ...causes,
    error.trail !== undefined &&
      error.trail.length > 0 &&
      element(
        'ol',
        {},
        ...error.trail.map((each) => element('li', { class: 'mono' }, shown(each))),
      ),
  )
}

/** Where a way of imports leads, as buttons. */
function ways(
  model: PageModel,
  targets: readonly (readonly [number, string])[],
  go: (index: number) => void,
): Node {
  if (targets.length === 0) return element('p', { class: 'quiet' }, 'None.')
  return element(
    'ul',
    { class: 'ways' },
    ...targets.map(([index, about]) => {
      const { place, category } = model.nodes[index]!
      return element(
        'li',
        {},
        element(
          'button',
          { type: 'button', class: `way category-${category}`, onclick: () => go(index) },
          shown(place),
        ),
        about !== '' && element('span', { class: 'quiet' }, shown(about)),
      )
    }),
  )
}

function aboutLink({ via }: Link, place: string): string {
  const { specifier, kind, position, outside } = via
  return [
    specifier === place ? '' : `'${specifier}'`,
    kind === 'import' ? '' : kind,
    position === undefined ? '' : `at ${position}`,
    outside ?? '',
  ]
    .filter(Boolean)
    .join(', ')
}

export function explainView(
  model: PageModel,
  node: PageNode,
  go: (index: number) => void,
): HTMLElement {
  const { explanation, links, importers } = node
  const box = element('div', { class: 'explain' })
  if (explanation !== undefined) {
    const {
      specifier,
      parentURL,
      type,
      url,
      origin,
      native,
      hops,
      mediaType,
      identifiedBy,
      lock,
      duration,
    } = explanation
    const how = [
      identifiedBy === undefined ? '' : found[identifiedBy],
      explanation.identifiedByLoader ?? '',
    ]
    const redirects = redirectsOf(explanation)
    box.append(
      ...[errorSection(explanation)].filter((each) => each !== undefined),
      section(
        'Identity',
        facts([
          ['Specifier', shown(specifier)],
          ['Imported from', parentURL === undefined ? 'the command line' : shown(parentURL)],
          ['Put in its place', explanation.mapped && shown(explanation.mapped)],
          ['URL', url === undefined ? undefined : shown(url)],
          ['Import type', type === '' ? undefined : shown(type)],
          ['Loader', native ? 'none: Node loads it by itself' : origin && shown(origin.loader)],
          [
            'Media type',
            mediaType &&
              shown(
                `${mediaType}${how[0] === '' ? '' : `, ${how.filter(Boolean).join(', loader ')}`}`,
              ),
          ],
          ['Lock', locked[lock]],
          ['Time', timeText(duration)],
        ]),
      ),
      (hops.length > 0 &&
        section(
          redirects === 0 ? 'How it came' : `How it came: ${countText(redirects, 'redirect')}`,
          hopList(hops),
        )) ||
        '',
      native || node.kind === 'failed' ? '' : transformSection(explanation),
    )
  }
  const out = links.map((link): [number, string] => [
    link.to,
    aboutLink(link, model.nodes[link.to]!.place),
  ])
  if (node.kind === 'module')
    box.append(section(countText(out.length, 'import'), ways(model, out, go)))
  const into = importers.map((index): [number, string] => [index, ''])
  box.append(section(`Imported by ${countText(into.length, 'module')}`, ways(model, into, go)))
  return box
}
