export default function execute(setters, { source }) {
  globalThis.evaluated = [...(globalThis.evaluated ?? []), 'dyn']
  for (const line of String(source).trim().split('\n')) {
    const [name, value] = line.split('=')
    setters[name](value)
  }
}
