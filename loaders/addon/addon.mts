/** Addons by their extension: no registry has a media type for them, and servers call them `application/octet-stream`. */

export const name = 'addon'

export const extensionMimeMap = { node: 'application/x-node-addon' }
