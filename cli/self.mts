/** Where we are. */

/** Source runs as .mts, the package as .mjs: all by this file's name. */
export const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))

export const base = new URL('..', import.meta.url)

/** What `--import` registers. */
export const self = new URL(`loader${extension}`, base)
