/** The same for a thread that does not wait. */

export { answer } from './file.mts'
