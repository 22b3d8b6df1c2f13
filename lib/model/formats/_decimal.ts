const ZERO = 48;
const NINE = 57;
const MINUS = 45;
const PLUS = 43;
const POINT = 46;
const MAX_EXACT = 2 ** 53;
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
const latin1 = new TextDecoder("latin1");

/** Grammar of a number: JSON's, or that of a text file, which also knows `+1`, `.5`, `5.` and `01`. */
export type NumberGrammar = "json" | "text";

/** Reads decimal numbers from bytes. */
export class DecimalScanner {
  /** Where the number that was read last ends: the byte behind it. */
  end = 0;

  /**
   * Reads the number that starts at `bytes[start]` and ends before `limit`, as far as it goes, correctly rounded.
   *
   * @returns the number; NaN if there is none; an infinity if float64 cannot hold it
   */
  scan(bytes: Uint8Array, start: number, limit: number, grammar: NumberGrammar): number {
    const json = grammar === "json";
    let at = start;
    const negative = bytes[at] === MINUS;
    if (negative || (!json && bytes[at] === PLUS)) at++;
    let mantissa = 0;
    const first = at;
    while (at < limit && bytes[at] >= ZERO && bytes[at] <= NINE) mantissa = mantissa * 10 + (bytes[at++] - ZERO);
    let digits = at - first;
    if (json && (digits === 0 || (digits > 1 && bytes[first] === ZERO))) return NaN;
    let exponent = 0;
    if (at < limit && bytes[at] === POINT) {
      const point = ++at;
      while (at < limit && bytes[at] >= ZERO && bytes[at] <= NINE) mantissa = mantissa * 10 + (bytes[at++] - ZERO);
      exponent = point - at;
      digits += at - point;
      if (json && at === point) return NaN;
    }
    if (digits === 0) return NaN;
    if (at < limit && (bytes[at] | 32) === 101) {
      at++;
      const down = bytes[at] === MINUS;
      if (at < limit && (down || bytes[at] === PLUS)) at++;
      const digit = at;
      let power = 0;
      while (at < limit && bytes[at] >= ZERO && bytes[at] <= NINE) power = power * 10 + (bytes[at++] - ZERO);
      if (at === digit) return NaN;
      exponent += down ? -power : power;
    }
    this.end = at;
    if (exponent === 0 && mantissa <= MAX_EXACT) return negative ? -mantissa : mantissa;
    // with both parts exact in float64 one division or product rounds once; else the engine's own parser does: at 2^53
    // already, which 2^53 + 1 is rounded to
    if (mantissa >= MAX_EXACT || exponent < -22 || exponent > 22) {
      return Number(latin1.decode(bytes.subarray(start, at)));
    }
    const value = exponent < 0 ? mantissa / POWERS_OF_TEN[-exponent] : mantissa * POWERS_OF_TEN[exponent];
    return negative ? -value : value;
  }
}

const scanner = new DecimalScanner();

/** Reads all of `bytes[start .. end - 1]` as a decimal number, as {@link DecimalScanner} does; NaN if something is left. */
export function decimal(bytes: Uint8Array, start: number, end: number, grammar: NumberGrammar): number {
  const value = scanner.scan(bytes, start, end, grammar);
  return scanner.end === end ? value : NaN;
}
