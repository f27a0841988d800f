/** Imports a URL, and says what came of it and how much memory there was at most, in KiB. */

let code = 'none'
try {
  await import(process.argv[2])
} catch (error) {
  code = error.code ?? error.name
}
process.stdout.write(JSON.stringify([code, process.resourceUsage().maxRSS]))
