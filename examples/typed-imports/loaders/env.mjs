export const name = 'env'
export const extensionMimeMap = { env: 'text/x-env' }
export const accepts = ['text/x-env']

const pairs = (body) => body.match(/^\w+=.*$/gm)?.map((line) => line.split(/=(.*)/)) ?? []

export function transform(headers, body) {
  const lines = pairs(body).map(([key, value]) => `export const ${key} = ${JSON.stringify(value)}`)
  return { source: lines.join('\n'), format: 'module' }
}

/** What `mimeport types` asks: the module as a declaration file has it. */
export function types(headers, body) {
  const lines = pairs(body).map(
    ([key, value]) => `/** \`${value}\` in this file. */\nexport declare const ${key}: string`,
  )
  return `${lines.join('\n')}\n`
}
