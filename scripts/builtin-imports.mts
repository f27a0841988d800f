/** Node's own modules, in what is published: an `import` of them makes a namespace and runs every getter of it. */

/** A module's text with a property in the place of each such import. */
export function withoutImports(text: string): string {
  return text.replace(
    /^import \{([^}]+)\} from '(node:[^']+)'$/gm,
    (_, names: string, from: string) =>
      `const {${names.replaceAll(' as ', ': ')}} = process.getBuiltinModule('${from}')`,
  )
}
