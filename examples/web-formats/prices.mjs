export const prices = { 'Rye & seeds': 4.2, Spelt: 5 }
