import { annealedSelection, type AttentionProblem, publishedSchedule, publishedWeights } from "qama/attention";
import { Rng } from "qama/random";
import { fittedExponent, timeTogether } from "./_timing.ts";

// enough to get below the published schedule: one sweep at half the root mean square gain, then the descent
const ONE_SWEEP = { sweeps: 1, hot: 0.5, cold: 0.5 };

/** Random Gaussian heads: q, k, v, e from N(0, 1), h = v . e / d, the weights of the published operator. */
export function gaussianHeads(batch: number, heads: number, tokens: number, width: number, seed = 1): AttentionProblem {
  const rng = new Rng(seed);
  const normals = (n: number) => Float32Array.from({ length: n }, () => rng.normal());
  const e = normals(width);
  const fields = new Float32Array(batch * heads * tokens);
  for (let i = 0; i < fields.length; i++) {
    for (let a = 0; a < width; a++) fields[i] += rng.normal() * e[a] / width;
  }
  const places = fields.length * width;
  const weights = publishedWeights({ tokens, heads });
  return { batch, heads, tokens, width, queries: normals(places), keys: normals(places), fields, weights };
}

/** Times 128 problems of 8 heads of 49 tokens at 20 sweeps, in every form and kind of kernel. */
export function benchHeads(rounds: number) {
  const problem = gaussianHeads(128, 8, 49, 8);
  const solvers = {
    wasm: annealedSelection(),
    "wasm dense": annealedSelection({ form: "dense" }),
    typescript: annealedSelection({ kernels: "typescript" }),
  };
  const names = Object.keys(solvers) as (keyof typeof solvers)[];
  const times = timeTogether(
    Object.fromEntries(names.map((name) => [name, () => void solvers[name].solve(problem, { seed: 1, sweeps: 20 })])),
    rounds,
  );
  return names.map((name) => ({
    solver: name,
    sweeps: 20,
    ...times[name],
    meanEnergy: mean(solvers[name].solve(problem, { seed: 1, sweeps: 20 }).energies),
  }));
}

/** Times the published schedule, done incrementally in TypeScript, against one sweep of ours on both kinds of kernel. */
export function benchPublished(rounds: number) {
  const problem = gaussianHeads(128, 8, 49, 8);
  const solvers = {
    published: publishedSchedule(),
    wasm: annealedSelection(ONE_SWEEP),
    typescript: annealedSelection({ ...ONE_SWEEP, kernels: "typescript" }),
  };
  const names = Object.keys(solvers) as (keyof typeof solvers)[];
  const times = timeTogether(
    Object.fromEntries(names.map((name) => [name, () => void solvers[name].solve(problem, { seed: 1 })])) as Record<
      keyof typeof solvers,
      () => void
    >,
    rounds,
  );
  // energies over ten seeds, so that one lucky run decides nothing
  const seeds = Array.from({ length: 10 }, (_, s) => s + 1);
  const rows = names.map((name) => ({
    solver: name,
    ...times[name],
    meanEnergy: mean(seeds.map((seed) => mean(solvers[name].solve(problem, { seed }).energies))),
    timeRatio: { min: times[name].min / times.published.min, median: times[name].median / times.published.median },
  }));
  return { rows };
}

/** Times one long problem in this process: `deno run scripts/_bench_annealing.ts TOKENS` prints what `benchLength` reads. */
function solveLong(tokens: number): { tokens: number; ms: number; mebibytes: number } {
  annealedSelection().solve(gaussianHeads(1, 8, 1024, 8, 2), { seed: 1, sweeps: 50 });
  const problem = gaussianHeads(1, 8, tokens, 8);
  const before = residentMebibytes("VmRSS");
  const from = performance.now();
  annealedSelection().solve(problem, { seed: 1, sweeps: 50 });
  const ms = performance.now() - from;
  return { tokens, ms, mebibytes: residentMebibytes("VmHWM") - before };
}

// the kernel's own count of resident memory: VmRSS now, VmHWM at its highest
function residentMebibytes(name: "VmRSS" | "VmHWM"): number {
  if (Deno.build.os !== "linux") return Deno.memoryUsage().rss / 2 ** 20;
  const line = Deno.readTextFileSync("/proc/self/status").split("\n").find((text) => text.startsWith(name));
  return Number(line?.match(/\d+/)?.[0]) / 1024;
}

/** Times 50 sweeps of 8 heads of 1,024 to 65,536 tokens, each length in a process of its own, and fits the exponents. */
export async function benchLength(rounds: number) {
  const lengths = [1024, 4096, 16384, 65536];
  const rows = [];
  for (const tokens of lengths) {
    const runs = [];
    for (let r = 0; r < rounds; r++) {
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", new URL(import.meta.url).pathname, String(tokens)],
      }).output();
      runs.push(JSON.parse(new TextDecoder().decode(stdout)) as ReturnType<typeof solveLong>);
    }
    const times = runs.map((run) => run.ms).toSorted((a, b) => a - b);
    const mebibytes = Math.max(...runs.map((run) => run.mebibytes));
    rows.push({ tokens, min: times[0], median: times[times.length >> 1], mebibytes });
  }
  const x = rows.map((row) => row.tokens);
  return {
    rows,
    timeExponent: fittedExponent(x, rows.map((row) => row.min)),
    memoryExponent: fittedExponent(x, rows.map((row) => row.mebibytes)),
  };
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

if (import.meta.main) console.log(JSON.stringify(solveLong(Number(Deno.args[0]))));
