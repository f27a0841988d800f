const { greet } = await import(`${process.argv[2]}/greet.mjs`)

console.log(greet('World'))
