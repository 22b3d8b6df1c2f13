// The TypeScript twin of assembly/hashed_lists.ts.
import type { Floats } from "./arena.ts";
import type { HashedLists, HeadShape, KeyLists } from "./heads.ts";
import { roundUp4 } from "./round_up_4.ts";

const f = Math.fround;

export function hashedLists(
  shape: HeadShape,
  stride: number,
  rows: Floats,
  { rotations, rounds, half, chunk }: HashedLists,
  lists: KeyLists,
): number {
  const { samples, heads, tokens: N, width: d } = shape;
  let place = 0, set = 0;
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++, set++) {
      const read = Array.from({ length: N }, () => new Set<number>());
      for (let r = 0; r < rounds; r++) {
        const rotation = rotations.subarray((s * rounds + r) * d * roundUp4(half));
        const bucket = Array.from({ length: N }, (_, i) => {
          const x = rows.subarray((s * N + i) * stride + t * d);
          return bucketOf(d, half, x, rotation);
        });
        const order = Array.from({ length: N }, (_, i) => i).sort((a, b) => bucket[a] - bucket[b] || a - b);
        order.forEach((i, position) => {
          const own = Math.floor(position / chunk);
          for (let p = Math.max(0, own - 1) * chunk; p < Math.min(N, (own + 1) * chunk); p++) {
            if (order[p] !== i && bucket[order[p]] === bucket[i]) read[i].add(order[p]);
          }
        });
      }
      read.forEach((keys, i) => {
        const list = keys.size === 0 ? [i] : [...keys];
        lists.starts[set * (N + 1) + i] = place;
        lists.counts[set * N + i] = list.length;
        for (let e = 0; e < roundUp4(list.length); e++) lists.keys[place++] = list[e] ?? 0;
      });
      lists.starts[set * (N + 1) + N] = place;
    }
  }
  return place;
}

/** argmax of `[x R; -x R]`, the first of equals, in float32 and in the order of the lanes. */
function bucketOf(d: number, half: number, x: Floats, rotation: Floats): number {
  const project = Array.from({ length: half }, (_, c) => {
    let sum = 0;
    for (let a = 0; a < d; a++) sum = f(sum + f(x[a] * rotation[a * roundUp4(half) + c]));
    return sum;
  });
  const all = [...project, ...project.map((value) => -value)];
  return half === 0 ? 0 : all.indexOf(Math.max(...all));
}
