interface Row {
  readonly hours: number
}

const day: Row = { hours: 24 }
// What the flags of Node in front of its name have set.
console.log(
  `report: ${day.hours} hours, ${process.env['REGION']}, ${process.argv.slice(2).join(' ')}`,
)
