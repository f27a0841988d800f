/** Figures as the tables show them, and tables in Markdown. */

import type { Spread } from '../measure/statistics.mts'

/** Three figures at most: 0.46, 12.5, 338. */
export function figure(value: number): string {
  if (value >= 100) return value.toFixed(0)
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** `median (min–max)` */
export function range({ median, min, max }: Spread, show = figure): string {
  return `${show(median)} (${show(min)}–${show(max)})`
}

/** ms: whole ones above 10. */
export const milliseconds = (value: number) => (value >= 10 ? value.toFixed(0) : value.toFixed(1))

/** A table of Markdown whose columns stand below each other. The first column is text, the others are figures. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  text: number = 1,
): string {
  const widths = heads.map((head, column) =>
    Math.max(3, head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    `| ${cells
      .map((cell, column) =>
        column < text ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join(' | ')} |`
  const rule = widths.map((width, column) =>
    column < text ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  )
  return [line(heads), line(rule), ...rows.map(line)].join('\n')
}
