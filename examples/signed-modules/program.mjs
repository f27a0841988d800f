for (const url of process.argv.slice(2)) {
  const { text, code } = await import(url).catch((error) => error)
  const { pathname, searchParams } = new URL(url)
  console.log(`${pathname} ${searchParams.get('changes') ?? ''}`.padEnd(30), text ?? code)
}
