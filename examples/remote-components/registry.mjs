// What the shop and its components share: there is one of it.
export const shown = []
