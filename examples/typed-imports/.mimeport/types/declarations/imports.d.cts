// Written by `mimeport types`.
