/** What the package has at the places of the built-in loaders, which are part of other files. */

/** Where the package has them, seen from a loader's place. */
const place = '../../core/engine/loaders/'

/** What the package has at a built-in loader's place: who looks there finds the way, and who likes puts another there. */
export function shippedText(name: string): string {
  return (
    `// This loader is part of the engine's own file, so that it starts quickly. What you put here goes before that.\n` +
    `export * from '${place}${name}.mjs'\n`
  )
}
