/** GraphQL → a module whose default export is the document, with the fragments that it imports. */

export const name = 'graphql'

export const extensionMimeMap = { graphql: 'application/graphql', gql: 'application/graphql' }

export const accepts = ['application/graphql', 'text/graphql']

/** Tokens of a document: what is larger is no document that anybody wrote. */
const maxTokens = 100_000

/** `#import "./fragments.graphql"`, as graphql-tag's loader has it. */
const importLine = /^#[ \t]*import[ \t]+(?:"([^"\n]+)"|'([^'\n]+)')[ \t\r]*$/gm

async function parse(body) {
  const graphql = await import('graphql')
  try {
    return graphql.parse(body, { noLocation: true, maxTokens })
  } catch (error) {
    const [{ line, column } = {}] = error.locations ?? []
    if (line === undefined) throw error
    throw new SyntaxError(`${line}:${column}: ${error.message}`, { cause: error })
  }
}

export async function transform(headers, body) {
  const { definitions } = await parse(body.replace(/^\ufeff/, ''))
  const specifiers = [...body.matchAll(importLine)].map(([, double, single]) => double ?? single)
  const lines = [
    ...specifiers.map((each, index) => `import imported${index} from ${JSON.stringify(each)}`),
    `const definitions = ${JSON.stringify(definitions)}`,
    // One fragment may come by two ways.
    'const met = new Set(definitions.map((each) => JSON.stringify(each)))',
    `for (const { definitions: others } of [${specifiers.map((_, index) => `imported${index}`)}]) {`,
    '  for (const each of others) {',
    '    const text = JSON.stringify(each)',
    '    if (!met.has(text)) definitions.push(each)',
    '    met.add(text)',
    '  }',
    '}',
    "export default { kind: 'Document', definitions }",
  ]
  return { source: `${lines.join('\n')}\n`, format: 'module' }
}
