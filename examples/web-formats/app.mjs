import { render } from './page.html'
import Menu from './menu.mdx'
import { cssText, price } from './menu.module.css'
import { cssText as textStyles } from './text.module.css'
import reset from './reset.css'
import logo from './logo.svg'
import inline from './logo.svg?inline'
import bytes from './logo.svg?bytes'

const style = [reset, textStyles, cssText].join('').trim()
console.log(render({ title: 'Menu & more', style, body: String(Menu({})) }))
console.log('classes:', price.split(' ').length, 'of two files')
console.log('logo:', new URL(logo).pathname.split('/').at(-1), `${bytes.length} bytes`)
console.log(inline.slice(0, 40))
