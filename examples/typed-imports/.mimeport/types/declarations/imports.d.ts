// Written by `mimeport types`.
declare module 'unresolved:*'
