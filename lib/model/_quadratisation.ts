/** `coefficient` times the product of some bits, three or more for this file to have work. */
export interface Monomial {
  /** Variables, ascending, each once. */
  readonly indices: readonly number[];
  readonly coefficient: number;
}

/** A bit that is to be the product of others. */
export interface Auxiliary {
  readonly index: number;
  /** The others; an auxiliary among them comes earlier in the list. */
  readonly factors: readonly number[];
}

/** A quadratic polynomial in bits whose minimum over the auxiliaries is the polynomial it was made from. */
export interface Quadratised {
  readonly auxiliaries: readonly Auxiliary[];
  readonly terms: readonly Monomial[];
}

/**
 * Replaces products of three bits and more by quadratic terms with auxiliary bits, exact in the minimum over them.
 *
 * `-c x_1 ... x_d = min_y c y (d - 1 - x_1 - ... - x_d)` (Freedman and Drineas 2005); in a positive product a pair becomes one
 * bit, `x_i x_j -> y` with `P (x_i x_j - 2 x_i y - 2 x_j y + 3 y)` (Rosenberg 1975). y with the wrong value costs P or more and
 * gains at most the sum of the coefficients of the products that hold y: P is that sum.
 */
export function quadratise(monomials: readonly Monomial[], firstAuxiliary: number): Quadratised {
  const auxiliaries: Auxiliary[] = [];
  const terms: Monomial[] = [];
  const addAuxiliary = (factors: readonly number[]) => {
    const index = firstAuxiliary + auxiliaries.length;
    auxiliaries.push({ index, factors });
    return index;
  };
  const positive = monomials.filter(({ indices, coefficient }) => indices.length > 2 && coefficient > 0);
  const frequency = pairFrequencies(positive);
  const pairBits = new Map<string, { index: number; i: number; j: number; penalty: number }>();
  for (const monomial of monomials) {
    const { indices, coefficient } = monomial;
    if (indices.length <= 2) {
      terms.push(monomial);
    } else if (coefficient < 0) {
      const y = addAuxiliary(indices);
      terms.push({ indices: [y], coefficient: -coefficient * (indices.length - 1) });
      for (const i of indices) terms.push({ indices: [i, y], coefficient });
    } else {
      let factors = indices;
      while (factors.length > 2) {
        const [i, j] = commonPair(factors, frequency);
        const key = `${i},${j}`;
        const bit = pairBits.get(key) ?? { index: addAuxiliary([i, j]), i, j, penalty: 0 };
        pairBits.set(key, bit);
        bit.penalty += coefficient;
        factors = [...factors.filter((k) => k !== i && k !== j), bit.index];
      }
      terms.push({ indices: factors, coefficient });
    }
  }
  for (const { index: y, i, j, penalty } of pairBits.values()) {
    terms.push({ indices: [i, j], coefficient: penalty });
    terms.push({ indices: [i, y], coefficient: -2 * penalty }, { indices: [j, y], coefficient: -2 * penalty });
    terms.push({ indices: [y], coefficient: 3 * penalty });
  }
  return { auxiliaries, terms };
}

/** Products of bits from products of spins: `prod s = prod (2 x - 1)`, every subset of the factors. */
export function bitMonomials(spinMonomials: readonly Monomial[]): Monomial[] {
  const sums = new Map<string, { indices: readonly number[]; coefficient: number }>();
  for (const { indices, coefficient } of spinMonomials) {
    const degree = indices.length;
    for (let subset = 0; subset < 1 << degree; subset++) {
      const chosen = indices.filter((_, k) => (subset >> k) & 1);
      const sign = (degree - chosen.length) % 2 === 0 ? 1 : -1;
      const key = chosen.join();
      const known = sums.get(key);
      const value = sign * 2 ** chosen.length * coefficient;
      if (known === undefined) sums.set(key, { indices: chosen, coefficient: value });
      else known.coefficient += value;
    }
  }
  return [...sums.values()].filter(({ coefficient }) => coefficient !== 0);
}

function pairFrequencies(monomials: readonly Monomial[]): Map<string, number> {
  const frequency = new Map<string, number>();
  for (const { indices } of monomials) {
    for (const [a, i] of indices.entries()) {
      for (const j of indices.slice(a + 1)) {
        const key = `${i},${j}`;
        frequency.set(key, (frequency.get(key) ?? 0) + 1);
      }
    }
  }
  return frequency;
}

// a pair that many products share is replaced by one bit in all of them
function commonPair(factors: readonly number[], frequency: ReadonlyMap<string, number>): [number, number] {
  let best: [number, number] = [factors[0], factors[1]];
  let most = 0;
  for (const [a, i] of factors.entries()) {
    for (const j of factors.slice(a + 1)) {
      const count = frequency.get(`${i},${j}`) ?? 0;
      if (count > most) [best, most] = [[i, j], count];
    }
  }
  return best;
}
