/** The names of a program's enums and namespaces, as its text has them. A comment may seem to have some, too. */

function names(source: string, pattern: RegExp): string[] {
  return Array.from(source.matchAll(pattern), ([, name = '']) => name)
}

export function enumNames(source: string): string[] {
  return source.includes('enum') ? names(source, /\benum\s+([^\s{]+)/g) : []
}

/** `A` and `B` of `namespace A.B`. */
export function namespaceNames(source: string): string[] {
  if (!source.includes('namespace') && !source.includes('module')) return []
  return names(source, /\b(?:namespace|module)\s+([^\s{"'();:=]+)\s*\{/g).flatMap((name) =>
    name.split('.'),
  )
}
