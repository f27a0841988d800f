/** A module graph as a Mermaid flowchart. https://mermaid.js.org/syntax/flowchart.html */

import { drawnOf } from './drawn.mts'
import type { DrawnNode } from './drawn.mts'
import type { ModuleGraph } from '../../core/explanation.mts'

/** What Mermaid reads once it has undone entities: it gets what looks the same. */
const lookalikes: readonly (readonly [RegExp, string])[] = [
  [/\\(?=n)/g, '\u29f5'],
  [/\$(?=\$)/g, '\uff04'],
  [/(?<=\bfa[bklrs]?):(?=fa-)/g, '\u2236'],
]

/**
 * A text in quotes, by numbered entities: what ends a text, begins an entity, markup or Markdown. `style` and `classDef`
 * before a colon are taken for statements also in a text, and lose a semicolon.
 */
export function mermaidText(...lines: readonly string[]): string {
  const encode = (c: string) => `#${c.codePointAt(0)};`
  const quoted = lines.map((line) => {
    let text = line
    for (const [pattern, lookalike] of lookalikes) text = text.replace(pattern, lookalike)
    return (
      text
        .replace(/["#&<>`\\*;]|%(?=%)|(?<![a-z\d])_|_(?![a-z\d])/gi, encode)
        .replace(/s(?=tyle)|c(?=lassDef)/g, encode)
        // A text that begins so is a list.
        .replace(/^[-+](?=\s)|(?<=^\d+)[.)](?=\s)/, encode)
    )
  })
  return `"${quoted.join('<br>')}"`
}

const shapes = {
  entry: ['[[', ']]'],
  module: ['[', ']'],
  builtin: ['([', '])'],
  package: ['([', '])'],
  failed: ['{{', '}}'],
} as const

const arrows = { import: '-->', 'import()': '-.->', require: '==>' } as const

/** `base` is the folder, a file: URL, that paths are shown from. */
export function mermaidOf(graph: ModuleGraph, base: string): string {
  const { groups, outside, edges } = drawnOf(graph, base)
  const node = ({ id, lines, kind }: DrawnNode) => {
    const [open, close] = shapes[kind]
    return `${id}${open}${mermaidText(...lines)}${close}`
  }
  const nodes = [...groups.flatMap((group) => group.nodes), ...outside]
  const failed = nodes.filter(({ kind }) => kind === 'failed').map(({ id }) => id)
  return [
    'flowchart LR',
    ...groups.flatMap(({ name, nodes }, index) => [
      `  subgraph g${index}[${mermaidText(name)}]`,
      ...nodes.map((each) => `    ${node(each)}`),
      '  end',
    ]),
    ...outside.map((each) => `  ${node(each)}`),
    ...edges.map(({ from, to, kind }) => `  ${from} ${arrows[kind]} ${to}`),
    ...(failed.length === 0
      ? []
      : ['  classDef failed stroke:#c02020,color:#c02020', `  class ${failed.join(',')} failed`]),
  ].join('\n')
}
