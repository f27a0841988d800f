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
}
