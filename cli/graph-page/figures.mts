/** Numbers as the page shows them. */

const units = ['B', 'kB', 'MB', 'GB']

/** `512 B`, `1.2 kB`, `34 MB`. */
export function bytesText(bytes: number | undefined): string {
  if (bytes === undefined) return '–'
  let value = bytes
  let unit = 0
  for (; value >= 999.5 && unit < units.length - 1; unit += 1) value /= 1000
  return `${value.toFixed(unit === 0 || value >= 9.95 ? 0 : 1)} ${units[unit]}`
}

/** `0.4 ms`, `24 ms`, `1.3 s`. */
export function timeText(ms: number | undefined): string {
  if (ms === undefined) return '–'
  if (ms >= 999.5) return `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`
  return `${ms.toFixed(ms >= 9.95 || ms === 0 ? 0 : 1)} ms`
}

/** `1 module`, `1,000 modules`. */
export function countText(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}
