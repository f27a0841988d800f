/** Dates of HTTP, read strictly: a date that is written otherwise is none. RFC 9110 §5.6.7. */

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const time = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)'
const forms = [
  // IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
  `(?:sun|mon|tue|wed|thu|fri|sat), (?<day>\\d\\d) (?<month>[a-z]{3}) (?<year>\\d{4}) ${time} gmt`,
  // RFC 850: Sunday, 06-Nov-94 08:49:37 GMT
  `(?:sun|mon|tues|wednes|thurs|fri|satur)day, (?<day>\\d\\d)-(?<month>[a-z]{3})-(?<year>\\d\\d) ${time} gmt`,
  // asctime: Sun Nov  6 08:49:37 1994
  `(?:sun|mon|tue|wed|thu|fri|sat) (?<month>[a-z]{3}) (?<day>[ \\d]\\d) ${time} (?<year>\\d{4})`,
].map((form) => new RegExp(`^${form}$`, 'i'))

/** A year of two digits is in the past when it would be more than 50 years ahead. */
function fullYear(year: string, now: number): number {
  if (year.length === 4) return Number(year)
  const current = new Date(now).getUTCFullYear()
  const near = current - (current % 100) + Number(year)
  return near > current + 50 ? near - 100 : near
}

/** What was parsed last: a server's clock says the same for a second. */
let last: { readonly text: string; readonly date: number | undefined } | undefined

/** ms since the epoch; `undefined` for a text that is no date. `now` in ms, for years of two digits. */
export function parseDate(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined
  // Of four digits the year means the same at any time.
  if (last?.text !== text || !/ \d{4}/.test(text)) last = { text, date: parse(text, now) }
  return last.date
}

function parse(text: string, now: number): number | undefined {
  for (const form of forms) {
    const { groups } = form.exec(text) ?? {}
    if (groups === undefined) continue
    const { day = '', month = '', year = '', hour = '', minute = '', second = '' } = groups
    const index = months.indexOf(month.toLowerCase())
    const date = new Date(Date.UTC(fullYear(year, now), index, Number(day), 0, 0, 0))
    const isDay = index !== -1 && date.getUTCDate() === Number(day)
    // A leap second is a second.
    if (!isDay || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined
    return date.getTime() + (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000
  }
  return undefined
}
