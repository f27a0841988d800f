// How long an import() takes, of whatever `GRAPH` is.
const started = performance.now()
const { value } = await import(process.env.GRAPH)
const imported = performance.now() - started
console.log(`checksum ${value}`)
console.log(JSON.stringify({ imported }))
