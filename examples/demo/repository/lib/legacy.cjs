const { digits } = require('./digits.cjs')

exports.round = (number) => Number(number.toFixed(digits))
exports.url = __filename
