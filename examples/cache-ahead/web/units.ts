export const kilo = (grams: number): string => `${grams / 1000} kg`
