/** What a module is that plugins have made: a bundler without them takes it for JavaScript, and Vite and Rolldown for more. */

import type { MadeModule } from './types.mts'

/** Rolldown's module types. The others become JavaScript here, as they do there. */
const ofTypes: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  jsx: 'text/jsx',
  ts: 'application/typescript',
  tsx: 'text/tsx',
  json: 'application/json',
  css: 'text/css',
}

/** Vite: `CSS_LANGS_RE`. */
const style = /\.(?:css|less|sass|scss|styl|stylus|pcss|postcss|sss)(?:$|[?#])/

/** The extension that an id ends in; that of its query counts, as in `?vue&type=script&lang.ts`. */
function lastExtension(id: string): string {
  return /\.([cm]?[jt]sx?)(?:$|#|\?(?!.*\.[a-z]+$))/i.exec(id)?.[1]?.toLowerCase() ?? ''
}

function mediaTypeOf(id: string, moduleType?: string): string {
  const stated = moduleType === undefined ? undefined : ofTypes[moduleType]
  if (stated !== undefined) return stated
  if (style.test(id)) return 'text/css'
  const extension = lastExtension(id)
  if (/^[cm]?ts$/.test(extension)) return 'application/typescript'
  if (extension === 'tsx' || extension === 'jsx') return `text/${extension}`
  return 'text/javascript'
}

/** A module with its media type. There is no page to put a style into: its text is what there is. Vite: `?inline`. */
export function runnable(
  id: string,
  made: Omit<MadeModule, 'mediaType'>,
  moduleType?: string,
): MadeModule {
  const mediaType = mediaTypeOf(id, moduleType)
  if (mediaType !== 'text/css') return { ...made, mediaType }
  const code = `export default ${JSON.stringify(made.code)}\n`
  return { code, map: undefined, mediaType: 'text/javascript' }
}
