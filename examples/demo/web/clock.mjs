import { hours } from './hours.mjs'

export default `${hours} hours a day`
export const url = import.meta.url
