enum Unit {
  Day = 24,
}

// What the flags of Node in front of its name have set.
console.log(
  `report: ${Unit.Day} hours, ${process.env['REGION']}, ${process.argv.slice(2).join(' ')}`,
)
