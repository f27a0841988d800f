/** `Error` with another property for a moment: it says how many frames a stack has, and what formats them. */

/**
 * Does something while `Error` has another property, where the program lets it be changed. What the program puts there
 * meanwhile stays.
 */
export function withErrorProperty<T>(
  name: 'prepareStackTrace' | 'stackTraceLimit',
  value: unknown,
  action: () => T,
): T {
  const before = Object.getOwnPropertyDescriptor(Error, name)
  const isSet = Reflect.defineProperty(Error, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  })
  try {
    return action()
  } finally {
    const now = Object.getOwnPropertyDescriptor(Error, name)
    const isOurs = isSet && now !== undefined && now.value === value
    if (isOurs && before === undefined) Reflect.deleteProperty(Error, name)
    else if (isOurs) Reflect.defineProperty(Error, name, before!)
  }
}
