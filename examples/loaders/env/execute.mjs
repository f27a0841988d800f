/** Reads the environment where the program does: in its own thread, when it is imported. */
export default function execute({ default: set }, { source }) {
  const name = source
  if (name === '') return { ...process.env, default: { ...process.env } }
  if (process.env[name] === undefined)
    throw new ReferenceError(`there is no variable '${name}' in the environment`)
  set(process.env[name])
}
