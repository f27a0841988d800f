/** Node's application of source maps. */

let enabled = false

/** Makes Node apply source maps, from the first module on that has one. A program without any is left alone. */
export function enableSourceMaps(): void {
  if (enabled) return
  enabled = true
  if (process.sourceMapsEnabled === false) process.setSourceMapsEnabled(true)
}
