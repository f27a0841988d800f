/** The same for a thread that does not wait. */

export { bodyOf } from './file.mts'
