import { type QuboModel, quboModel, sparseCouplings } from "../../model/mod.ts";
import { Refusal } from "./_refusal.ts";

/** A term: a coefficient and the bits whose product it belongs to, 0 to 2 of them. */
export interface PolynomialTerm {
  readonly coefficient: number;
  readonly bits: readonly number[];
}

/**
 * Adds terms up to a QUBO.
 *
 * @throws {Refusal} `input` if a term is of a higher degree or no number, `range` if a bit is out of range
 */
export function quboOfTerms(terms: readonly PolynomialTerm[], maxBits: number, offset = 0): QuboModel {
  const pairs = new Map<number, number>();
  const linear: number[] = [];
  let constant = offset;
  let n = 0;
  terms.forEach(({ coefficient, bits }, at) => {
    if (!Number.isFinite(coefficient)) throw new Refusal("input", `the coefficient of term ${at} is no number`);
    for (const bit of bits) {
      if (!Number.isInteger(bit)) throw new Refusal("input", `term ${at} names a bit that is no integer`);
      if (bit < 0 || bit >= maxBits) throw new Refusal("range", `term ${at} names bit ${bit}; there are ${maxBits}`);
      n = Math.max(n, bit + 1);
    }
    // a bit is its own square
    const [i, j] = [...new Set(bits)].sort((a, b) => a - b);
    if (bits.length > 2) throw new Refusal("input", `term ${at} is of degree ${bits.length}`);
    if (i === undefined) constant += coefficient;
    else if (j === undefined) linear[i] = (linear[i] ?? 0) + coefficient;
    else pairs.set(i * maxBits + j, (pairs.get(i * maxBits + j) ?? 0) + coefficient);
  });
  if (n === 0) throw new Refusal("input", "the polynomial has no bits");
  const couplings = [...pairs].map((
    [key, value],
  ): [number, number, number] => [Math.floor(key / maxBits), key % maxBits, value]);
  const fields = Float64Array.from({ length: n }, (_, i) => linear[i] ?? 0);
  const all = [constant, ...fields, ...pairs.values()];
  if (!all.every(Number.isFinite)) throw new Refusal("range", "the coefficients add up to infinity");
  return quboModel({
    couplings: sparseCouplings(n, couplings.filter(([, , value]) => value !== 0)),
    linear: fields,
    offset: constant,
  });
}
