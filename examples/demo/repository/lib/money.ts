export enum Currency {
  EUR = '€',
  USD = '$',
}

export function format(amount: number, currency: Currency): string {
  return `${currency}${amount.toFixed(2)}`
}

export const url: string = import.meta.url
