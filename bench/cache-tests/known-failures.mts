/** Required tests of http-cache-tests that our cache does not pass, and why. */

export const knownFailures: Readonly<Record<string, readonly string[]>> = {
  'It is for shared caches: s-maxage, private and Authorization bind those, not a private cache (RFC 9111 §3.5, §5.2.2.7, §5.2.2.10)':
    [
      'cc-resp-private-shared',
      'freshness-max-age-s-maxage-shared-longer',
      'freshness-max-age-s-maxage-shared-longer-multiple',
      'freshness-max-age-s-maxage-shared-longer-reversed',
      'freshness-s-maxage-shared',
      'other-authorization',
    ],
  'It is for CDNs: CDN-Cache-Control is not for us (RFC 9213)': [
    'cdn-fresh-cc-nostore',
    'cdn-max-age-0-expires',
    'cdn-max-age-long-cc-max-age',
    'cdn-no-cache',
    'cdn-no-store-cc-fresh',
    'cdn-private',
  ],
  'It wants a part of a stored body; loaders ask for whole ones, and a request for a part goes to the server':
    ['partial-use-headers', 'partial-use-stored-headers'],
  'npm has the suite of 2020, before RFC 9111: it wants an Age that is no number to make a response stale, and of several not the first (§5.1 has it otherwise, and so has the suite today)':
    [
      'age-parse-dup-0',
      'age-parse-dup-0-twoline',
      'age-parse-dup-old',
      'age-parse-float',
      'age-parse-negative',
      'age-parse-nonnumeric',
      'age-parse-numeric-parameter',
      'age-parse-parameter',
      'age-parse-prefix-twoline',
    ],
  'npm has the suite of 2020: it wants the response of a server that was not reached; the suite today wants any but the stored one':
    [
      'stale-close-must-revalidate',
      'stale-close-no-cache',
      'stale-close-proxy-revalidate',
      'stale-close-s-maxage=2',
    ],
  'npm has the suite of 2020: a 304 with another entity tag is about something else (RFC 9111 §4.3.4), and the suite today does not require it to be used':
    ['304-etag-update-response-ETag'],
}
