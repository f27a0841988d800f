/** JSX → HTML. What React has for this is `react-dom/server`. */

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

function html(child) {
  if (Array.isArray(child)) return child.map(html).join('')
  if (child instanceof String) return String(child)
  return child === undefined || child === null || child === false ? '' : escaped(`${child}`)
}

export function jsx(type, { children, ...props }) {
  if (typeof type === 'function') return type({ children, ...props })
  const attributes = Object.entries(props).map(
    ([name, value]) => ` ${name}="${escaped(`${value}`)}"`,
  )
  return new String(`<${type}${attributes.join('')}>${html(children)}</${type}>`)
}

export const jsxs = jsx
export const Fragment = ({ children }) => new String(html(children))
