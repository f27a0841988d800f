/** Switches of the environment: which words turn one on, and which off. Both threads. */

/** Whether a word turns a switch off; so does none. */
export function isOff(word: string): boolean {
  return word === '' || word === '0' || word === 'false'
}

export function isOn(word: string): boolean {
  return word === '1' || word === 'true'
}

/** Whether a variable of the environment is there that is not turned off. */
export function isSet(name: string): boolean {
  return !isOff(process.env[name]?.trim() ?? '')
}
