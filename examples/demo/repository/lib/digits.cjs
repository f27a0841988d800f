exports.digits = 2
