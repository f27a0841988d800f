// A script as pages had them: it declares globals, and some depend on what is there.
/* oxlint-disable no-var, no-unused-vars -- a script declares globals */
var UNITS = ['mm', 'cm', 'm']

function area(width, height) {
  return width * height
}

;(function () {
  var drawn = 0
  window.Shape = function Shape(name) {
    this.name = name
    drawn++
  }
  window.drawn = function () {
    return drawn
  }
  if (typeof document === 'undefined') window.isHeadless = true
})()
