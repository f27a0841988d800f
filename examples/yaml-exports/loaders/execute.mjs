import { parse } from 'yaml'

/** Sets the exports: on the program's own thread, so that values are what YAML says, and not what text can carry. */
export default function execute(setters, { source }) {
  const value = parse(source)
  for (const [name, set] of Object.entries(setters)) set(name === 'default' ? value : value[name])
}
