const GOLDEN = (3 - Math.sqrt(5)) / 2;
const MAX_STEPS = 60;

/** A point at which a gap was found. */
export interface Looked {
  readonly s: number;
  readonly gap: number;
}

/**
 * Finds a minimum of a gap inside an interval: golden section, with parabolas through the squares of three gaps where they serve (Brent).
 * Ends when what a further step could gain is below `tolerance` of the gap, or the interval below 1e-12.
 */
export function minimiseSquare(look: (s: number) => Looked, from: number, to: number, tolerance: number): Looked {
  let [a, b] = [from, to];
  const at = (s: number) => {
    const found = look(s);
    return { s, f: found.gap * found.gap, found };
  };
  let best = at(a + GOLDEN * (b - a));
  let [second, third] = [best, best];
  let [step, before] = [0, 0];
  for (let k = 0; k < MAX_STEPS; k++) {
    const middle = (a + b) / 2;
    const least = 1e-9 * Math.abs(best.s) + 1e-12;
    if (Math.abs(best.s - middle) + (b - a) / 2 <= 2 * least) break;
    let next = NaN;
    if (Math.abs(before) > least) {
      const r = (best.s - second.s) * (best.f - third.f);
      const q = (best.s - third.s) * (best.f - second.f);
      const p = (best.s - third.s) * q - (best.s - second.s) * r;
      const move = -p / (2 * (q - r));
      const target = best.s + move;
      // the gain that the parabola promises
      if (target > a && target < b && Math.abs(move) < Math.abs(before) / 2) next = move;
    }
    if (Number.isNaN(next)) {
      before = best.s < middle ? b - best.s : a - best.s;
      next = GOLDEN * before;
    } else before = step;
    step = Math.abs(next) < least ? Math.sign(next || 1) * least : next;
    const tried = at(best.s + step);
    const change = Math.abs(tried.f - best.f);
    if (tried.f <= best.f) {
      if (tried.s >= best.s) a = best.s;
      else b = best.s;
      [third, second, best] = [second, best, tried];
    } else {
      if (tried.s < best.s) a = tried.s;
      else b = tried.s;
      if (tried.f <= second.f || second === best) [third, second] = [second, tried];
      else if (tried.f <= third.f || third === best || third === second) third = tried;
    }
    // three points so close together say that the parabola has been found
    if (k > 3 && change <= 2 * tolerance * best.f && Math.abs(third.f - best.f) <= 20 * tolerance * best.f) break;
  }
  return best.found;
}
