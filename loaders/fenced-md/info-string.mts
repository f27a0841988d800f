/** Undoes the escapes of a fence's info string. CommonMark 0.31 §2.4 (backslash), §2.5 (character references). */

/**
 * HTML's names of ASCII characters and of white space, as `name:code`. HTML §13.5. Checked on 2026-11-20.
 */
const ascii =
  'Tab:9 NewLine:10 excl:33 quot:34 QUOT:34 num:35 dollar:36 percnt:37 amp:38 AMP:38 apos:39 lpar:40 rpar:41 ast:42 ' +
  'midast:42 plus:43 comma:44 period:46 sol:47 colon:58 semi:59 lt:60 LT:60 equals:61 gt:62 GT:62 quest:63 commat:64 ' +
  'lsqb:91 lbrack:91 bsol:92 rsqb:93 rbrack:93 Hat:94 lowbar:95 UnderBar:95 grave:96 DiacriticalGrave:96 lcub:123 ' +
  'lbrace:123 verbar:124 vert:124 VerticalLine:124 rcub:125 rbrace:125 NonBreakingSpace:160 ensp:8194 emsp:8195 ' +
  'emsp13:8196 emsp14:8197 numsp:8199 puncsp:8200 thinsp:8201 ThinSpace:8201 hairsp:8202 VeryThinSpace:8202 ' +
  'MediumSpace:8287'

/** HTML's names of U+00A0 to U+00FF, in order. HTML §13.5. Checked on 2026-11-20. */
const latin1 =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro ' +
  'para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil ' +
  'Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave ' +
  'Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml ' +
  'igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute ' +
  'thorn yuml'

/**
 * HTML has two thousand names more. Those stay as they are written: what they stand for is in no language's name and
 * in no extension, so that none of them can make or unmake a fence of code.
 */
const names = new Map([
  ...ascii.split(' ').map((entry): [string, number] => {
    const [name = '', code] = entry.split(':')
    return [name, Number(code)]
  }),
  ...latin1.split(' ').map((name, index): [string, number] => [name, 0xa0 + index]),
])

const escape =
  /\\([!-/:-@[-`{-~])|&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z][A-Za-z\d]{1,31}));/g

/** An info string's text: its backslash escapes and character references undone. */
export function unescapeInfo(raw: string): string {
  if (!raw.includes('\\') && !raw.includes('&')) return raw
  return raw.replace(escape, (whole, character, decimal, hexadecimal, name) => {
    if (character !== undefined) return character
    if (name !== undefined) {
      const code = names.get(name)
      return code === undefined ? whole : String.fromCodePoint(code)
    }
    return characterOf(decimal === undefined ? parseInt(hexadecimal, 16) : Number(decimal))
  })
}

/** The character of a numeric reference: U+FFFD for zero and for what is no character. */
function characterOf(code: number): string {
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
  return String.fromCodePoint(isCharacter ? code : 0xfffd)
}
