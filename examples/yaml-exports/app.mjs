import bakery, { name, 'opening hours' as hours, rye, specials } from './bakery.yaml'
import { price } from 'data:application/yaml,price: 4.20'

console.log(name, hours.join(' to '))
console.log(Object.keys(bakery).join(', '))
console.log(`the special is the rye itself: ${specials[0] === rye}`)
console.log(`spelt left: ${specials[1].left}`)
console.log(`from a data: URL: ${price}`)
