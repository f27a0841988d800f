/** The way to the hosts: offline or not, the proxy, certificates, and, where that is asked for, whether they answer. */

import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { getCACertificates } from 'node:tls'
import { faultOf, finding } from '../findings.mts'
import { count } from '../output.mts'
import { path } from '../shown.mts'
import { gitHosts } from './git-hosts.mts'
import { self } from '../self.mts'
import { isSet } from '../../core/switch.mts'
import { defaultList } from '../../core/policy/entry.mts'
import { escapeText } from '../../core/text.mts'
import type { Finding, Reached } from '../../core/inspection.mts'
import type { Settings } from '../../core/settings.mts'

/** How far a clock may be off before certificates and caches are misjudged, ms. */
const TOLERANCE = 5 * 60_000

export function isOffline(): boolean {
  return isSet('MIMEPORT_OFFLINE')
}

/** The proxy of the environment by scheme. Lower case first, as the client has it; a value may hold a password. */
export function inspectProxy(): Finding[] {
  const subject = 'proxy'
  const { env } = process
  const names = ['https_proxy', 'HTTPS_PROXY', 'http_proxy']
  // In CGI that one is a field of whoever asks.
  if (env['REQUEST_METHOD'] === undefined) names.push('HTTP_PROXY')
  const name = names.find((each) => env[each] !== undefined)
  const value = name === undefined ? '' : (env[name] ?? '').trim()
  const http = finding('ok', subject, 'http: none, it goes to this machine alone')
  if (name === undefined || value === '') return [finding('ok', subject, 'https: none'), http]
  const url = URL.parse(value.includes('://') ? value : `http://${value}`)
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    const text = `https: the value of ${name} is no http: or https: URL`
    return [finding('fault', subject, text, `${name}=http://host:port`), http]
  }
  const without = (env['no_proxy'] ?? env['NO_PROXY'] ?? '').trim()
  const except = without === '' ? '' : `, but for ${escapeText(without)}`
  const as = url.username === '' && url.password === '' ? '' : ', with credentials'
  return [finding('ok', subject, `https: ${escapeText(url.host)} (${name})${as}${except}`), http]
}

/** The certificates of a PEM file; Node itself goes on in silence where there are none. */
function certificatesIn(file: string): number {
  const texts = readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END/g) ?? []
  for (const text of texts) new X509Certificate(`${text} CERTIFICATE-----\n`)
  return texts.length
}

export function inspectCertificates(): Finding[] {
  const subject = 'certificates'
  const { env, execArgv } = process
  const findings: Finding[] = []
  const words = [...execArgv, ...(env['NODE_OPTIONS'] ?? '').split(/\s+/)]
  const system = words.includes('--use-system-ca') || env['NODE_USE_SYSTEM_CA'] === '1'
  const extra = env['NODE_EXTRA_CA_CERTS']
  const trusted = getCACertificates('default').length.toLocaleString('en')
  const sources = system ? "Node's and the system's" : "Node's"
  findings.push(finding('ok', subject, `${sources}: ${trusted} authorities are trusted`))
  if (extra) {
    const name = `NODE_EXTRA_CA_CERTS: '${path(extra)}'`
    try {
      const number = certificatesIn(extra)
      findings.push(
        number > 0
          ? finding('ok', subject, `${name} has ${count(number, 'certificate')}`)
          : finding('fault', subject, `${name} has no certificate`, 'a file of PEM certificates'),
      )
    } catch (error) {
      const fault = faultOf(subject, error, 'a file of PEM certificates that this user may read')
      findings.push({ ...fault, text: `${name} cannot be used: ${fault.text}` })
    }
  }
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    const text = 'NODE_TLS_REJECT_UNAUTHORIZED=0: nobody looks who it is that answers'
    findings.push(finding('fault', subject, text, 'NODE_EXTRA_CA_CERTS=<file>'))
  }
  return findings
}

/** The addresses that may be asked for code: those of git hosts, and of the list's URLs that name one host. */
export function addressesOf(settings: Settings | undefined): string[] {
  const { allow = ['default'], also = [] } = settings?.policy ?? {}
  const entries = [...allow, ...also].flatMap((each) => (each === 'default' ? defaultList : [each]))
  const found = entries.flatMap((entry) => {
    const host = gitHosts.find(({ scheme }) => entry.startsWith(scheme))
    const urls =
      host === undefined
        ? [entry]
        : Object.entries(host.endpoints).map(([name, standard]) => process.env[name] || standard)
    return urls.flatMap((each) => {
      const url = /^https?:\/\/[^*]*$/.test(each) ? URL.parse(each) : null
      // A small file that every host has, or has not: any answer will do.
      return url === null ? [] : [new URL('/robots.txt', url.origin).href]
    })
  })
  return [...new Set(found)]
}

/** What the answers say; the clock is compared with those of the hosts. */
export function judgeReached(answers: readonly Reached[]): Finding[] {
  const findings = answers.map(({ url, took, statusCode, fault, proxy, code }) => {
    const host = escapeText(new URL(url).origin)
    const by = proxy === undefined ? '' : ` through ${escapeText(proxy)}`
    return fault === undefined
      ? finding('ok', 'reach', `${host} answers${by}: ${statusCode}, ${took} ms`)
      : {
          ...finding(
            'fault',
            'reach',
            `${host} is not reached${by}: ${fault.replace(/^Cannot load '[^']*': /, '')}`,
          ),
          ...(code !== undefined && { code }),
        }
  })
  return [...findings, inspectClock(answers)]
}

/** Looks at the clock: beside hosts', where they said theirs, else beside our own files, which were made before now. */
export function inspectClock(answers: readonly Reached[] = []): Finding {
  const subject = 'clock'
  const now = Date.now()
  const text = new Date(now).toISOString()
  const offs = answers.map(({ date }) => Date.parse(date ?? '') - now).filter(Number.isFinite)
  const middle = offs.toSorted((a, b) => a - b)[Math.floor(offs.length / 2)]
  const advice = 'set the clock: certificates and caches go by it'
  if (middle === undefined) {
    return now < statSync(fileURLToPath(self)).mtimeMs - TOLERANCE
      ? finding('fault', subject, `${text}, and mimeport's own files are younger`, advice)
      : finding('ok', subject, text)
  }
  const seconds = Math.round(Math.abs(middle) / 1_000)
  if (Math.abs(middle) <= TOLERANCE) return finding('ok', subject, `${text}, as hosts have it`)
  const side = middle > 0 ? 'behind' : 'ahead'
  return finding('fault', subject, `${text} is ${count(seconds, 'second')} ${side}`, advice)
}
