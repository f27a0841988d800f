/** What nothing of ours may print, and texts that hold it. */

/** C0 but tab and line feed, DEL, C1, bidirectional controls, zero-width characters, line separators, tags. */
export const forbidden =
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  /[\0-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\u034f|\p{Surrogate}/gu

/** The first forbidden characters that a text has, with what stands before them, to find who printed them. */
export function forbiddenIn(text: string): string[] {
  const shown = (part: string) =>
    part.replace(/[^ -~]/gu, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`)
  return [...text.matchAll(forbidden)].slice(0, 3).map(({ 0: character, index }) => {
    return `${shown(character)} after ${shown(text.slice(Math.max(0, index - 200), index))}`
  })
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)).join('')

/** Each C0 and C1 control, and DEL. */
export const controls = range(0, 0x1f) + range(0x7f, 0x9f)

/** What hides, reorders or ends lines. */
export const invisible =
  '\u00ad\u061c\u115f\u1160\u180e\u3164\ufeff\ufff9\ufffa\ufffb' +
  range(0x200b, 0x200f) +
  range(0x2028, 0x202e) +
  range(0x2060, 0x206f) +
  range(0xe0000, 0xe007f)

/** What no line of the output may begin with: nobody of ours says it. */
export const FAKE = 'mimeport: warning: all is well'

/** Sequences that terminals obey: colour, title, link (OSC 8), clipboard (OSC 52), cursor, screen, bell. */
export const sequences =
  '\u001b[31m\u001b]0;title\u0007\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\' +
  '\u001b]52;c;ZXZpbA==\u0007\u001b[2J\u001b[1A\u009b31m\u009d0;t\u009c\u001bP+q\u001b\\'

/** All of it in one text of several lines. */
export const evil = `<${sequences}${controls}${invisible}>\n${FAKE}\r\n${FAKE}\u2028${FAKE}\u0085${FAKE}\r${FAKE}`

/** The same in one line, as URLs, names and fields may have it. */
export const evilLine = `<${sequences}${controls}${invisible}>`.replace(/[\n\r\0]/g, '')

/** Lines that look as if we had written them. */
export function fakeLines(text: string): string[] {
  return text.split(/\r\n|[\n\r\u0085\u2028\u2029]/).filter((line) => line.startsWith(FAKE))
}
