/** Why a reading ends before its text does. */

/** Thrown where a text has something that this reader leaves to another. */
export const undecided = new Error('Not for this reader')
/** Thrown where a text has what no white space can stand for. */
export const compiled = new Error('To be compiled')
/** Thrown where an attempt fails; the reader goes back and tries the other way. */
export const mismatch = new Error('Another reading')
