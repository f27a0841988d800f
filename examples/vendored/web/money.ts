export const euro = (amount: number): string => `€${amount.toFixed(2)}`
