/** A module graph in Graphviz' language. https://graphviz.org/doc/info/lang.html */

import { drawnOf } from './drawn.mts'
import type { DrawnNode } from './drawn.mts'
import type { ModuleGraph } from '../../core/explanation.mts'

/**
 * A quoted string that is a label: a backslash begins an escape (`\n`, `\N`), and an ampersand a character reference.
 * https://graphviz.org/docs/attr-types/escString/
 */
export function dotString(...lines: readonly string[]): string {
  const quoted = lines.map((line) =>
    line.replaceAll('&', '&amp;').replaceAll('\\', '\\\\').replaceAll('"', '\\"'),
  )
  return `"${quoted.join('\\n')}"`
}

const looks: Readonly<Record<DrawnNode['kind'], string>> = {
  entry: ', penwidth=2',
  module: '',
  builtin: ', shape=ellipse, style=dashed',
  package: ', shape=ellipse',
  failed: ', color="#c02020", fontcolor="#c02020"',
}

const edgeLooks = { import: '', 'import()': ' [style=dashed]', require: ' [style=dotted]' } as const

/** `base` is the folder, a file: URL, that paths are shown from. */
export function dotOf(graph: ModuleGraph, base: string): string {
  const { groups, outside, edges } = drawnOf(graph, base)
  const node = ({ id, lines, kind }: DrawnNode) =>
    `${id} [label=${dotString(...lines)}${looks[kind]}]`
  return [
    'digraph modules {',
    '  rankdir=LR',
    '  node [shape=box, style=rounded, fontname="sans-serif", fontsize=11]',
    '  edge [color="#808080"]',
    ...groups.flatMap(({ name, nodes }, index) => [
      `  subgraph cluster_${index} {`,
      `    label=${dotString(name)}`,
      '    color="#b0b0b0"',
      '    fontname="sans-serif"',
      ...nodes.map((each) => `    ${node(each)}`),
      '  }',
    ]),
    ...outside.map((each) => `  ${node(each)}`),
    ...edges.map(({ from, to, kind }) => `  ${from} -> ${to}${edgeLooks[kind]}`),
    '}',
  ].join('\n')
}
