/** Spaces, control and format characters, lone surrogates: they separate tokens and belong to none. */
export const SPACE = 0;
/** Letters and digits: they form words. */
export const WORD = 1;
/** Marks: they go on with the word before them. */
export const MARK = 2;
/** Han, Hiragana, Katakana, written without spaces: each is a token. */
export const SYLLABLE = 3;
/** Punctuation, symbols: each is a token, and so is a run of the same one. */
export const SIGN = 4;

const UNKNOWN = 255;
const plane = new Uint8Array(0x10000).fill(UNKNOWN);

/** The class of a code point; those below U+10000 are looked up once. */
export function classOf(code: number): number {
  if (code >= 0x10000) return classify(code);
  const known = plane[code];
  if (known !== UNKNOWN) return known;
  return plane[code] = classify(code);
}

function classify(code: number): number {
  const text = String.fromCodePoint(code);
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return SYLLABLE;
  if (/[\p{L}\p{N}]/u.test(text)) return WORD;
  if (/\p{M}/u.test(text)) return MARK;
  return /[\s\p{C}\p{Z}]/u.test(text) ? SPACE : SIGN;
}
