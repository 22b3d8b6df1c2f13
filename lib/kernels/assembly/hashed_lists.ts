// Locality-sensitive hashing: which keys share a bucket with a query, in lists for listed attention.
import { at } from "./vector";

// argmax of [x R; -x R], the first of equals; `project` has room for `half` rounded up to four
function bucketOf(d: i32, half: i32, x: usize, r: usize, project: usize): u32 {
  const half4 = (half + 3) & ~3;
  for (let c = 0; c < half4; c += 4) {
    let s = f32x4.splat(0);
    for (let a = 0; a < d; a++) {
      s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(at(x, a)), v128.load(at(r, a * half4 + c))));
    }
    v128.store(at(project, c), s);
  }
  let best: f32 = -Infinity, bucket = 0;
  for (let c = 0; c < 2 * half; c++) {
    const value = c < half ? load<f32>(at(project, c)) : -load<f32>(at(project, c - half));
    if (value > best) {
      best = value;
      bucket = c;
    }
  }
  return bucket;
}

// scratch, in words: buckets [N], order [rounds, N], first and end of what each token may read [rounds, N] each,
// counters [buckets + 1], marks [N], and the projections
export function hashedLists(
  samples: i32, heads: i32, tokens: i32, width: i32, rows: usize, stride: i32, rotations: usize, rounds: i32, half: i32,
  chunk: i32, starts: usize, counts: usize, list: usize, scratch: usize,
): u32 {
  const half4 = (half + 3) & ~3, buckets = max(1, 2 * half);
  const bucket = scratch, order = at(bucket, tokens), from = at(order, rounds * tokens);
  const to = at(from, rounds * tokens), counters = at(to, rounds * tokens), marks = at(counters, buckets + 1);
  const project = (at(marks, tokens) + 15) & ~15;
  let place: u32 = 0;
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      for (let r = 0; r < rounds; r++) {
        const rotation = at(rotations, (s * rounds + r) * width * half4);
        memory.fill(counters, 0, <usize>(buckets + 1) << 2);
        for (let i = 0; i < tokens; i++) {
          const x = at(rows, (s * tokens + i) * stride + t * width);
          const b = half == 0 ? 0 : bucketOf(width, half, x, rotation, project);
          store<u32>(at(bucket, i), b);
          const counter = at(counters, b + 1);
          store<u32>(counter, load<u32>(counter) + 1);
        }
        for (let b = 1; b <= buckets; b++) {
          store<u32>(at(counters, b), load<u32>(at(counters, b)) + load<u32>(at(counters, b - 1)));
        }
        // counters: first of each bucket, then, one after the other, the next free place in it
        const sorted = at(order, r * tokens);
        for (let i = 0; i < tokens; i++) {
          const b = load<u32>(at(bucket, i)), counter = at(counters, b);
          const position = load<u32>(counter);
          store<u32>(at(sorted, position), i);
          store<u32>(counter, position + 1);
        }
        // counters: end of each bucket
        for (let position = 0; position < tokens; position++) {
          const i = load<u32>(at(sorted, position)), b = load<u32>(at(bucket, i));
          const first = b == 0 ? 0 : load<u32>(at(counters, b - 1)), end = load<u32>(at(counters, b));
          const own = position / chunk;
          store<u32>(at(from, r * tokens + i), max(first, <u32>(max(0, own - 1) * chunk)));
          store<u32>(at(to, r * tokens + i), min(end, <u32>min(tokens, (own + 1) * chunk)));
        }
      }
      memory.fill(marks, 0, <usize>tokens << 2);
      for (let i = 0; i < tokens; i++) {
        store<u32>(starts, place);
        starts = at(starts, 1);
        let count: u32 = 0;
        store<u32>(at(marks, i), i + 1);
        for (let r = 0; r < rounds; r++) {
          const end = load<u32>(at(to, r * tokens + i));
          for (let position = load<u32>(at(from, r * tokens + i)); position < end; position++) {
            const j = load<u32>(at(order, r * tokens + position));
            if (load<u32>(at(marks, j)) == i + 1) continue;
            store<u32>(at(marks, j), i + 1);
            store<u32>(at(list, place + count), j);
            count++;
          }
        }
        if (count == 0) {
          store<u32>(at(list, place), i);
          count = 1;
        }
        store<u32>(counts, count);
        counts = at(counts, 1);
        const end = (place + count + 3) & ~3;
        for (let e = place + count; e < end; e++) store<u32>(at(list, e), 0);
        place = end;
      }
      store<u32>(starts, place);
      starts = at(starts, 1);
    }
  }
  return place;
}
