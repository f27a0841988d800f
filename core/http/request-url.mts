/** Which URLs a request may be sent to. */

import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { isLoopback } from '../policy/host.mts'
import { insecure } from '../policy/refusal.mts'

/** An authority's user info, in a text that may be no URL at all. */
const userInfo = /^([a-z][\w+.-]*:)?[\\/]*[^\\/?#]*@/i

/**
 * Parses the URL of a request.
 *
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER when it is no http or https URL, or has user info (which no message
 * repeats), ERR_MIMEPORT_INSECURE_URL for `http:` to another machine.
 */
export function requestURL(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined) {
    const shown = escapeText(url.replace(userInfo, '$1//***@'))
    throw new LoaderError(
      'ERR_MIMEPORT_INVALID_SPECIFIER',
      `Cannot load '${shown}': it is no valid URL`,
    )
  }
  const hasUserInfo = parsed.username !== '' || parsed.password !== ''
  parsed.username = ''
  parsed.password = ''
  const shown = escapeText(parsed.href)
  const fail = (reason: string): LoaderError =>
    new LoaderError('ERR_MIMEPORT_INVALID_SPECIFIER', `Cannot load '${shown}': ${reason}`, {
      url: parsed.href,
    })
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') {
    throw fail(`'${parsed.protocol}' is not HTTP`)
  }
  // RFC 9110 §4.2.4: user info is deprecated, since it ends up in messages, logs and source maps.
  if (hasUserInfo) {
    throw fail(
      'a URL with a user name or a password in it is not loaded; ' +
        "MIMEPORT_AUTH_TOKENS and the configuration's 'headers' are for these",
    )
  }
  if (parsed.protocol === 'http:' && !isLoopback(parsed.hostname)) throw insecure(parsed.href)
  return parsed
}
