/** S11, T26: redirects. RFC 9110 §15.4. */

import {
  invalidRedirect,
  localImport,
  network,
  redirectCycle,
  tooManyRedirects,
} from '../codes.mts'
import type { Answer, Asked, Fault } from '../fault.mts'

const to = (location: string, status = 302): Answer => ({
  status,
  headers: { location, 'content-type': 'text/plain' },
  body: 'It is elsewhere\n',
})

/** As many hops, and then the module. */
const hops =
  (count: number) =>
  ({ path, good }: Asked): Answer => {
    const number = Number(/\d+/.exec(path)?.[0] ?? 0)
    return number === count ? good : to(`/${number + 1}.mjs`)
  }

const redirect = (
  name: string,
  cold: string,
  reply: (asked: Asked) => Answer,
  most?: number,
): Fault => ({
  id: 'S11',
  name,
  reply,
  cold,
  ...(most !== undefined && { most }),
})

export const redirectFaults: readonly Fault[] = [
  redirect('redirects to itself', redirectCycle, () => to('/m.mjs'), 1),
  redirect(
    'redirects to and fro',
    redirectCycle,
    ({ path }) => to(path === '/m.mjs' ? '/n.mjs' : '/m.mjs'),
    2,
  ),
  redirect(
    'redirects to itself by a query',
    redirectCycle,
    ({ path }) => to(path.includes('?') ? '/m.mjs' : '?x'),
    2,
  ),
  redirect('redirects 10 times', 'new', hops(10), 11),
  redirect('redirects 11 times', tooManyRedirects, hops(11), 11),
  {
    id: 'T26',
    name: 'redirects somewhere else each time',
    reply: ({ count }) => to(`/${count}-${'x'.repeat(1000)}.mjs`, 307),
    cold: tooManyRedirects,
    most: 11,
  },
  redirect('redirects to what is no URL', invalidRedirect, () => to('http://['), 1),
  redirect('redirects to a file', localImport, () => to('file:///etc/hostname'), 1),
  {
    id: 'S11',
    name: 'redirects to where nobody is',
    reply: () => to('//127.0.0.1:1/m.mjs'),
    cold: network,
    // The server itself did not fail: it has moved its module.
    spare: network,
  },
  {
    id: 'S11',
    name: 'redirects, and its body never comes',
    reply: ({ path, good }) =>
      path === '/n.mjs' ? good : { ...to('/n.mjs'), cut: 0, end: 'never' },
    cold: 'new',
  },
  {
    id: 'S11',
    name: 'redirects, and its body is broken gzip',
    reply: ({ path, good }) =>
      path === '/n.mjs'
        ? good
        : { ...to('/n.mjs'), headers: { location: '/n.mjs', 'content-encoding': 'gzip' } },
    cold: 'new',
    most: 2,
  },
]
