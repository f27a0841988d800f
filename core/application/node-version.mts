/** Which Node we run on. This file is read by any: it imports nothing. */

/** Node `>=24.18`, and of 26 `>=26.4`: below, nested `require` in CommonJS made by hooks is broken in Node itself. */
export function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major === 24 ? minor >= 18 : major === 26 ? minor >= 4 : major > 26
}

/** The one line that another Node gets. */
export function unsupported(): string {
  return `mimeport needs Node >=24.18 or >=26.4; this is ${process.version} (${process.execPath})\n`
}
