try {
  const { treasure } = await import(`${process.argv[2]}/cave.mjs`)
  console.log(treasure)
} catch (error) {
  console.log(error.code, error.statusCode)
}
