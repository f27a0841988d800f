/**
 * `npm run reference` writes docs/configuration-reference.md from schema.json; with `--check` it says whether that is as it
 * would be written. The schema has every word: what editors show and what people read is one text.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Schema {
  readonly $ref?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly $defs?: Readonly<Record<string, Schema>>
}

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const schema = JSON.parse(readFileSync(join(root, 'schema.json'), 'utf8')) as Schema

const head = `# Configuration reference

Every key of \`mimeport.json\`, as [schema.json](../schema.json) describes it to editors. [configuration.md](configuration.md) has them in one table, with the variables of the environment, and says more of credentials, attempts and working offline.

An editor that knows JSON Schema completes and checks the file when it begins so (\`npx mimeport init\` writes it):

\`\`\`json
{ "$schema": "./node_modules/mimeport/schema.json" }
\`\`\`
`

function resolved(part: Schema): Schema {
  const name = part.$ref?.replace('#/$defs/', '')
  return name === undefined ? part : schema.$defs![name]!
}

/** A type's name, or that of several. */
function named(type: string, many: boolean): string {
  if (type === 'boolean') return many ? 'true or false each' : 'true or false'
  if (type === 'null') return 'null'
  if (type === 'integer') return many ? 'whole numbers' : 'a whole number'
  return many ? `${type}s` : `a ${type}`
}

/** What a value may be, in words. */
function kindOf(part: Schema, many = false): string {
  const { type, anyOf, items, additionalProperties, properties, ...rest } = resolved(part)
  if ('const' in rest) return `\`${JSON.stringify(rest.const)}\``
  if (rest.enum !== undefined) return rest.enum.map((each) => `\`${String(each)}\``).join(', ')
  if (anyOf !== undefined)
    return [...new Set(anyOf.map((each) => kindOf(each, many)))].join('; or ')
  if (type === 'array') return `${many ? 'lists' : 'a list'} of ${kindOf(items ?? {}, true)}`
  if (type === 'object') {
    if (properties !== undefined) return many ? 'objects' : 'an object'
    const values = typeof additionalProperties === 'object' ? additionalProperties : {}
    return `${many ? 'objects' : 'an object'} of ${kindOf(values, true)}`
  }
  return [type ?? 'anything']
    .flat()
    .map((each) => named(each, many))
    .join(' or ')
}

function boundsOf({ minimum, exclusiveMinimum, maximum }: Schema): string {
  const bounds = [
    minimum === undefined ? '' : `at least ${minimum.toLocaleString('en')}`,
    exclusiveMinimum === undefined ? '' : `above ${exclusiveMinimum}`,
    maximum === undefined ? '' : `at most ${maximum.toLocaleString('en')}`,
  ].filter((each) => each !== '')
  return bounds.length === 0 ? '' : `, ${bounds.join(', ')}`
}

/** The value under a path of keys, as it stands in the file. */
function placed(path: readonly string[], value: unknown): string {
  const whole = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)
  return `\`\`\`json\n${JSON.stringify(whole, undefined, 2)}\n\`\`\`\n`
}

/** A description as Markdown: what it quotes is code. */
function shown(description: string): string {
  return description
    .replace(/(?<=^|[\s(])'([^']+)'(?=[\s),.;:]|$)/g, '`$1`')
    .replace(/(`[^`]*`)|([*<])/g, (_, code?: string, sign?: string) => code ?? `\\${sign}`)
}

/** Sections of a key and of those in it. */
function* sectionsOf(path: readonly string[], part: Schema): Generator<string> {
  const { description = '', examples = [], anyOf = [] } = part
  const isGroup = part.properties !== undefined
  const lines = [
    `${'#'.repeat(Math.min(path.length + 1, 3))} \`${path.join('.')}\``,
    '',
    shown(description),
    '',
  ]
  if (!isGroup) {
    lines.push(`- Is: ${kindOf(part)}${boundsOf(part)}`)
    if ('default' in part) lines.push(`- Default: \`${JSON.stringify(part.default)}\``)
    lines.push('')
  }
  yield lines.join('\n')
  for (const example of examples) yield placed(path, example)
  const inner = part.properties ?? anyOf.find((each) => each.properties)?.properties ?? {}
  for (const [key, each] of Object.entries(inner)) yield* sectionsOf([...path, key], each)
  const members = typeof part.additionalProperties === 'object' ? part.additionalProperties : {}
  for (const [key, each] of Object.entries(members.properties ?? {})) {
    yield* sectionsOf([...path, '*', key], each)
  }
}

/** The document. */
export function reference(): string {
  const sections = Object.entries(schema.properties ?? {}).flatMap(([key, part]) => [
    ...sectionsOf([key], part),
  ])
  return [head, ...sections].join('\n').replace(/\n{3,}/g, '\n\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = join(root, 'docs/configuration-reference.md')
  if (!process.argv.includes('--check')) writeFileSync(path, reference())
  else if (readFileSync(path, 'utf8') !== reference()) {
    process.stderr.write('docs/configuration-reference.md is not what `npm run reference` writes\n')
    process.exitCode = 1
  }
}
