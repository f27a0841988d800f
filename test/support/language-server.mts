/** A session with TypeScript's language server, as an editor has one. LSP 3.17; JSON-RPC 2.0. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly items?: readonly unknown[] }
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

/** ms that one answer may take. */
const DEADLINE = 30_000

export interface Editor {
  /** Asks about the place in a file's text where `marker` begins, and `offset` characters further. */
  ask(
    method: 'hover' | 'definition' | 'completion',
    marker: string,
    offset?: number,
  ): Promise<unknown>
  stop(): Promise<void>
}

/** Opens a file of a folder in an editor. `text`: what is in it as the user has changed it. */
export async function openEditor(
  tsc: string,
  folder: string,
  file: { readonly path: string; readonly text: string },
): Promise<Editor> {
  const child = spawn(process.execPath, [tsc, '--lsp', '--stdio'], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const waiting = new Map<number, (message: Message) => void>()
  const send = (message: object): void => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message })
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  }
  const take = (message: Message): void => {
    const { id, method, params } = message
    if (id === undefined) return
    if (method === undefined) waiting.get(id)?.(message)
    else send({ id, result: params?.items?.map(() => null) ?? null })
  }
  let input = Buffer.alloc(0)
  child.stdout.on('data', (chunk: Buffer) => {
    input = Buffer.concat([input, chunk])
    for (;;) {
      const end = input.indexOf('\r\n\r\n')
      const [, length = ''] = /Content-Length: (\d+)/i.exec(input.toString('latin1', 0, end)) ?? []
      const next = end + 4 + Number(length)
      if (end === -1 || input.length < next) return
      take(JSON.parse(input.toString('utf8', end + 4, next)) as Message)
      input = input.subarray(next)
    }
  })
  let last = 0
  const request = async (method: string, params: object): Promise<unknown> => {
    const id = (last += 1)
    const { promise, resolve, reject } = Promise.withResolvers<Message>()
    waiting.set(id, resolve)
    const timer = setTimeout(() => reject(new Error(`${method} has no answer`)), DEADLINE)
    send({ id, method, params })
    const { result, error } = await promise.finally(() => clearTimeout(timer))
    if (error !== undefined) throw new Error(error.message)
    return result
  }
  await request('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    capabilities: { textDocument: { hover: { contentFormat: ['plaintext'] } } },
  })
  send({ method: 'initialized', params: {} })
  const uri = pathToFileURL(file.path).href
  const { text } = file
  const textDocument = { uri, languageId: 'typescript', version: 1, text }
  send({ method: 'textDocument/didOpen', params: { textDocument } })
  return {
    ask(method, marker, offset = 0) {
      const lines = text.slice(0, text.indexOf(marker) + offset).split('\n')
      const position = { line: lines.length - 1, character: lines.at(-1)!.length }
      return request(`textDocument/${method}`, { textDocument: { uri }, position })
    },
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}
