const units = { one: 1, kilo: 1000 } as const

export function inUnit(amount: number, unit: keyof typeof units): string {
  return `${amount / units[unit]} ${unit}`
}
