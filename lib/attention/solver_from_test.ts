import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { exactEnumeration, packed, randomSampler, type Sampler, simulatedAnnealing } from "../samplers/mod.ts";
import { assertClose, loadVector, qamaForwardTwin } from "../testing/mod.ts";
import { randomProblem } from "./_test_problems.ts";
import { brokenSampler, failingSampler, seedSampler, silentSampler, togetherSampler } from "./_test_samplers.ts";
import { allTokens } from "./controls.ts";
import { publishedWeights } from "./energy_weights.ts";
import { attentionEnergies } from "./energies.ts";
import { solverFrom } from "./solver_from.ts";

const weights = { coupling: 1, field: 1, overlap: 0.5 };
const small = randomProblem({ batch: 2, heads: 2, tokens: 3, width: 2, weights }, 5);

Deno.test("solverFrom(exactEnumeration()) reaches the exact minimum of v2_tiny", () => {
  const vector = loadVector("v2_tiny");
  if (vector === null || vector.minimum === undefined) return;
  const { B, N, D, H, d } = vector.shapes;
  const [X, { Wq, Wk, Wv, e, ...norms }] = [vector.inputs.X?.data ?? new Float64Array(), vector.weights];
  const norm = (name: keyof typeof norms) => ({ gamma: norms[name].gamma.data, beta: norms[name].beta.data });
  const { q, k, h } = qamaForwardTwin({
    shape: { batch: B, heads: H, tokens: N, modelWidth: D },
    ...{ XQ: X, XK: X, XV: X, Wq: Wq.data, Wk: Wk.data, Wv: Wv.data, e: e.data },
    ...{ lnQ: norm("lnQ"), lnK: norm("lnK"), lnV: norm("lnV") },
  });
  using solver = solverFrom(exactEnumeration());
  const { energies, solver: name } = solver.solve({
    ...{ batch: B, heads: H, tokens: N, width: d, weights: publishedWeights({ tokens: N, heads: H }) },
    ...{ queries: Float32Array.from(q), keys: Float32Array.from(k), fields: Float32Array.from(h) },
  }, { seed: 1 });
  assertClose(energies, vector.minimum.map(({ energy }) => energy), { rtol: 2e-5, atol: 2e-5 });
  assertEquals(name, "exactEnumeration");
});

Deno.test("solverFrom() beats all selections of a small problem, in every problem of the batch", () => {
  using solver = solverFrom(exactEnumeration());
  const { energies } = solver.solve(small, { seed: 1 });
  for (let state = 0; state < 64; state++) {
    const chosen = Uint8Array.from({ length: 12 }, (_, i) => (state >> (i % 6)) & 1);
    attentionEnergies(small, chosen).forEach((energy, b) => assertEquals(energies[b] <= energy + 1e-9, true));
  }
});

Deno.test("solverFrom() solves problem b with the seed of stream firstStream + b, whatever part of the batch it is in", () => {
  using solver = solverFrom(seedSampler());
  const { chosen } = solver.solve(small, { seed: 9, firstStream: 50 });
  const bits = [0, 1].flatMap((b) => {
    const seed = new Rng(9, 50 + b).uint32();
    return [0, 1, 2, 3, 4, 5].map((i) => (seed >>> i) & 1);
  });
  assertEquals([...chosen], bits);
  assertNotEquals(chosen.slice(0, 6), chosen.slice(6));
});

Deno.test("solverFrom() gives all problems at once to a sampler that takes several, with the same seeds", () => {
  using one = solverFrom(seedSampler());
  using together = solverFrom(togetherSampler());
  const options = { seed: 9, firstStream: 50 };
  assertEquals(together.solve(small, options).chosen, one.solve(small, options).chosen);
  using short = solverFrom(togetherSampler(1));
  assertThrows(() => short.solve(small, options), Error, "2 problems came back as 1 sample sets");
});

Deno.test("solverFrom() behind packed() reaches the exact minimum of every problem", () => {
  using alone = solverFrom(exactEnumeration());
  using side = solverFrom(packed(exactEnumeration(), { variables: 12 }));
  assertEquals(side.solve(small, { seed: 1 }).energies, alone.solve(small, { seed: 1 }).energies);
});

Deno.test("solverFrom() takes the lowest of the reads that the call's replicas ask for, or its own numReads", () => {
  using one = solverFrom(randomSampler());
  using many = solverFrom(randomSampler(), { numReads: 200 });
  const lone = one.solve(small, { seed: 3 }).energies;
  const best = many.solve(small, { seed: 3 }).energies;
  assertEquals(one.solve(small, { seed: 3, replicas: 200 }).energies, best);
  assertEquals(lone.every((energy, b) => best[b] <= energy), true);
  assertEquals(best.some((energy, b) => energy < lone[b]), true);
});

Deno.test("solverFrom() works again after close()", () => {
  const solver = solverFrom(simulatedAnnealing({ numSweeps: 10 }));
  const first = solver.solve(small, { seed: 3 });
  solver.close();
  solver.close();
  assertEquals(solver.solve(small, { seed: 3 }), first);
  solver.close();
});

Deno.test("solverFrom() throws with the words of a sampler that fails, and goes on", () => {
  using solver = solverFrom(failingSampler());
  for (let call = 0; call < 2; call++) {
    assertThrows(() => solver.solve(small, { seed: 1 }), Error, "failing: RangeError: the machine is on holiday");
  }
});

Deno.test("solverFrom() throws if the machine failed", () => {
  using solver = solverFrom(brokenSampler());
  assertThrows(() => solver.solve(small, { seed: 1 }), Error, "ending machine-failed");
});

Deno.test("solverFrom() names its time limit if there is no answer", () => {
  using solver = solverFrom(silentSampler(), { timeLimitMs: 50 });
  assertThrows(() => solver.solve(small, { seed: 1 }), Error, "no answer within 50 ms for 2 problems of 6 variables");
});

Deno.test("solverFrom() throws the thread's own error for an origin that makes no sampler", () => {
  const at = (name: string): Sampler => {
    const module = new URL("./mod.ts", import.meta.url).href;
    return { ...exactEnumeration(), origin: { module, name, options: undefined } };
  };
  using absent = solverFrom(at("nowhere"));
  assertThrows(() => absent.solve(small, { seed: 1 }), Error, "exports no function nowhere");
  using control = solverFrom(at(allTokens.name));
  assertThrows(() => control.solve(small, { seed: 1 }), Error, "returned no sampler");
});

Deno.test("solverFrom() refuses a sampler that no thread can make again", () => {
  const { name, sample } = exactEnumeration();
  assertThrows(() => solverFrom({ name, sample }), TypeError, "it has no origin");
  const origin = { module: import.meta.url, name, options: { callback: () => {} } };
  assertThrows(() => solverFrom({ name, sample, origin }), TypeError, "cannot be sent to a thread");
});

Deno.test("solverFrom() refuses options that are unknown or out of range, and a problem that is not whole", () => {
  const unknown = { numReads: 1, reads: 3 };
  assertThrows(() => solverFrom(exactEnumeration(), unknown), TypeError, "no option reads; known are numReads");
  assertThrows(() => solverFrom(exactEnumeration(), { numReads: 0 }), RangeError, "numReads must be an integer from 1");
  assertThrows(
    () => solverFrom(exactEnumeration(), { timeLimitMs: NaN }),
    RangeError,
    "timeLimitMs must be a positive",
  );
  using solver = solverFrom(exactEnumeration());
  assertThrows(() => solver.solve({ ...small, fields: Float32Array.of(1) }, { seed: 1 }), TypeError, "fields");
  assertThrows(() => solver.solve(small, { seed: -1 }), RangeError, "seed");
});

Deno.test("solverFrom() gives the same energies inside a worker thread", async () => {
  const worker = new Worker(new URL("./_test_web_worker.ts", import.meta.url), { type: "module" });
  const energies = await new Promise<number[]>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
  });
  worker.terminate();
  using solver = solverFrom(exactEnumeration());
  assertEquals(energies, [...solver.solve(small, { seed: 1 }).energies]);
});

Deno.test("a program that never closes its solver ends", async () => {
  const [samplers, attention] = ["../samplers/mod.ts", "./solver_from.ts"].map((path) =>
    new URL(path, import.meta.url)
  );
  const program = `
    import { exactEnumeration } from "${samplers}";
    import { solverFrom } from "${attention}";
    const one = Float32Array.of(1);
    const sizes = { batch: 1, heads: 1, tokens: 1, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
    const problem = { ...sizes, queries: one, keys: one, fields: one };
    console.log(solverFrom(exactEnumeration()).solve(problem, { seed: 1 }).energies[0]);`;
  const command = new Deno.Command(Deno.execPath(), { args: ["eval", program], signal: AbortSignal.timeout(60_000) });
  const { code, stdout } = await command.output();
  assertEquals([code, new TextDecoder().decode(stdout)], [0, "-1\n"]);
});
