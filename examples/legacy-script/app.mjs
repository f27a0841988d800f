import { area, drawn, isHeadless, Shape, UNITS } from './shapes.global.js'
import * as shapes from './shapes.global.js'

console.log(Object.keys(shapes).join(', '))
console.log(`${area(3, 4)} ${UNITS[1]}²`)
console.log(new Shape('square').name, drawn(), isHeadless)
console.log(`nothing of it is global: ${typeof globalThis.Shape}`)
