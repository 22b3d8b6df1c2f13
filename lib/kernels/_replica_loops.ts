import { BLOCK, GROUP, type ReplicaArrays } from "./_replica_arrays.ts";

/** The loops over replicas; each works on the 8 lanes of one group. */
export interface ReplicaLoops {
  /** Computes the fields of spins `from .. to - 1`, or adds their terms to all fields: done when all ranges are, in order. */
  fields(group: number, from: number, to: number): void;
  /** Computes `sums` of the group from its spins and fields. */
  energies(group: number): void;
  /** One Metropolis sweep over spins `from .. to - 1`, a draw a spin and lane. */
  sweep(group: number, from: number, to: number): void;
  /** Flips every spin of `from .. to - 1` whose `-s f` is at most `limit`, in order; returns whether any flipped. */
  descend(group: number, from: number, to: number, limit: number): boolean;
  /**
   * One sweep in which lane l is also coupled to lanes l - 1 and l + 1 (a ring over all lanes): a flip is accepted if
   * `-s f <= (t - bond s (s_before + s_after)) c`. Even lanes go before odd ones: at every spin in the sparse form, in blocks of
   * 256 spins in the dense one.
   */
  slices(group: number, from: number, to: number, bond: number): void;
}

const LN2 = Math.fround(Math.LN2);
const ROOT_HALF_BITS = 0x3f3504f3;
// (1 + r) -> ln(1 + r) / r on sqrt(1/2) - 1 .. sqrt(2) - 1: Chebyshev interpolation, relative error 1.3e-6
const LOG = [
  1.000001072883606,
  -0.500008761882782,
  0.3331356346607208,
  -0.2492033690214157,
  0.2052544355392456,
  -0.18573839962482452,
  0.11657806485891342,
].map(Math.fround);
const EVEN_THEN_ODD = [0, 2, 4, 6, 1, 3, 5, 7];
const EACH = [0, 1, 2, 3, 4, 5, 6, 7];

const asFloat = new Float32Array(1);
const asBits = new Int32Array(asFloat.buffer);

/** t = -ln u in float32, u = (draw >> 1) / 2^31; at most 31 ln 2 = 21.5, or 109 with probability 2^-31. */
export function minusLog(draw: number): number {
  const { fround } = Math;
  asFloat[0] = draw >>> 1;
  const exponent = (asBits[0] - ROOT_HALF_BITS) >> 23;
  asBits[0] -= exponent << 23;
  const r = fround(asFloat[0] - 1);
  let q = LOG[6];
  for (let k = 5; k >= 0; k--) q = fround(fround(q * r) + LOG[k]);
  return fround(fround((31 - exponent) * LN2) - fround(q * r));
}

/** The loops as they are defined, one lane after another: the oracle of the compiled ones, which give the same bits. */
export function typescriptLoops(arrays: ReplicaArrays): ReplicaLoops {
  const { form, n, lanes, stride, rowPtr, entries, doubled, h, spins, fields, words, scale, sums } = arrays;
  const dense = form === "dense";
  const whole = arrays.precision === "int16";
  const step = dense ? 1 : GROUP;
  const start = (lane: number) => dense ? lane * stride : (lane >> 3) * GROUP * n + (lane & 7);
  const block = dense ? BLOCK : 1;
  const drawn = new Float32Array(BLOCK * GROUP);
  const { fround } = Math;

  function draw(lane: number): number {
    const at = (lane >> 2) * 16 + (lane & 3);
    let s0 = words[at], s1 = words[at + 4], s2 = words[at + 8], s3 = words[at + 12];
    const m = Math.imul(s1, 5);
    const u = Math.imul((m << 7) | (m >>> 25), 9) >>> 0;
    const t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    words[at] = s0;
    words[at + 4] = s1;
    words[at + 8] = s2 ^ t;
    words[at + 12] = (s3 << 11) | (s3 >>> 21);
    return u;
  }

  // the largest -s f that is accepted
  function limitOf(t: number, lane: number): number {
    const y = fround(t * scale[lane]);
    return whole ? wholeLimit(y) : y;
  }

  function flip(lane: number, i: number): void {
    const base = start(lane);
    const s = spins[base + i * step];
    spins[base + i * step] = -s;
    if (dense) {
      for (let j = 0; j < n; j++) fields[base + j] -= s * doubled[i * stride + j];
      return;
    }
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) fields[base + entries[2 * k] * GROUP] -= s * doubled[2 * k + 1];
  }

  function drawBlock(group: number, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      for (let l = 0; l < GROUP; l++) drawn[(i - from) * GROUP + l] = minusLog(draw(group * GROUP + l));
    }
  }

  function sweep(group: number, from: number, to: number): void {
    for (let first = from; first < to; first += block) {
      const last = Math.min(to, first + block);
      drawBlock(group, first, last);
      for (const l of EACH) {
        const lane = group * GROUP + l;
        for (let i = first; i < last; i++) {
          const at = start(lane) + i * step;
          if (-spins[at] * fields[at] <= limitOf(drawn[(i - first) * GROUP + l], lane)) flip(lane, i);
        }
      }
    }
  }

  function slices(group: number, from: number, to: number, bond: number): void {
    const strength = fround(bond);
    for (let first = from; first < to; first += block) {
      const last = Math.min(to, first + block);
      drawBlock(group, first, last);
      for (const l of EVEN_THEN_ODD) {
        const lane = group * GROUP + l;
        const before = start((lane + lanes - 1) % lanes), after = start((lane + 1) % lanes);
        for (let i = first; i < last; i++) {
          const at = start(lane) + i * step;
          const ring = spins[at] * (spins[before + i * step] + spins[after + i * step]);
          const t = fround(drawn[(i - first) * GROUP + l] - fround(strength * ring));
          if (-spins[at] * fields[at] <= limitOf(t, lane)) flip(lane, i);
        }
      }
    }
  }

  function descend(group: number, from: number, to: number, limit: number): boolean {
    let flipped = false;
    for (let l = 0; l < GROUP; l++) {
      const lane = group * GROUP + l;
      for (let i = from; i < to; i++) {
        const at = start(lane) + i * step;
        if (-spins[at] * fields[at] > limit) continue;
        flip(lane, i);
        flipped = true;
      }
    }
    return flipped;
  }

  function laneFields(lane: number, from: number, to: number): void {
    const base = start(lane);
    if (dense) {
      if (from === 0) fields.set(h, base);
      for (let i = from; i < to; i++) {
        for (let j = 0; j < n; j++) fields[base + j] += spins[base + i] * (doubled[i * stride + j] / 2);
      }
      return;
    }
    for (let i = from; i < to; i++) {
      let sum = 0;
      for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) {
        sum = fround(sum + spins[base + entries[2 * k] * step] * doubled[2 * k + 1]);
      }
      fields[base + i * step] = h[i] + sum / 2;
    }
  }

  // four partial sums in the dense form, as four lanes of a vector keep them
  function laneSum(lane: number): number {
    const base = start(lane);
    const parts = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const at = base + i * step;
      parts[dense ? i & 3 : 0] += spins[at] * fround(fields[at] + h[i]);
    }
    return (parts[0] + parts[2]) + (parts[1] + parts[3]);
  }

  return {
    fields(group, from, to) {
      for (let lane = group * GROUP; lane < (group + 1) * GROUP; lane++) laneFields(lane, from, to);
    },
    energies(group) {
      for (let lane = group * GROUP; lane < (group + 1) * GROUP; lane++) sums[lane] = laneSum(lane);
    },
    sweep,
    descend,
    slices,
  };
}

/** floor(y) within 16 bits, y - 1/2 rounded to the nearest integer as float32 addition does it. */
function wholeLimit(y: number): number {
  const { fround } = Math;
  const bounded = Math.max(-32768, Math.min(32767, y));
  return fround(fround(fround(bounded - 0.5) + 12582912) - 12582912);
}
