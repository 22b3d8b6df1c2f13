import { assert, assertEquals } from "@std/assert";
import { finished, isingFromQubo, type IsingModel, localFields } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { exampleModels } from "../testing/_example_models.ts";
import { denseFields, denseFlip } from "./_dense_annealing.ts";
import { factoredField, factoredSums, factoredSweep, factorsOf } from "./_factored_annealing.ts";
import { sparseFields } from "./_sparse_annealing.ts";
import { spinLoops } from "./_spin_loops.ts";

const N = 12;

function isingExamples(kind: "integer" | "normal"): IsingModel[] {
  return exampleModels(N, 21, kind).map(({ model }) => model.vartype === "ising" ? model : isingFromQubo(model));
}

// the annealing written from its definition: fields recomputed for every proposal, draws from Rng
function annealTwin(model: IsingModel, s: Int8Array, betas: readonly number[], heatBath: boolean, rng: Rng): number {
  let gained = 0;
  for (const beta of betas) {
    for (let i = 0; i < model.n; i++) {
      const along = s[i] * localFields(model, s)[i];
      const cost = -2 * beta * along;
      if (cost > 22.2) continue;
      const accepted = heatBath
        ? rng.uint32() < 2 ** 32 / (1 + Math.exp(cost))
        : cost <= 0 || rng.uint32() < Math.exp(-cost) * 2 ** 32;
      if (!accepted) continue;
      gained += along;
      s[i] = -s[i];
    }
  }
  return gained;
}

Deno.test("factoredSweep() makes the moves of the definition, draw by draw, by both rules", () => {
  const betas = Array.from({ length: 50 }, (_, t) => 0.01 * 1.1 ** t);
  const [model] = isingExamples("integer").filter(({ couplings }) => couplings.form === "factored");
  assert(model.couplings.form === "factored");
  for (const heatBath of [false, true]) {
    for (let stream = 0; stream < 5; stream++) {
      const rng = new Rng(3, stream);
      const start = Int8Array.from({ length: N }, () => rng.integer(2) * 2 - 1);
      const words = rng.state;
      const expected = start.slice();
      const lost = annealTwin(model, expected, betas, heatBath, rng);

      const s = start.slice();
      const factors = factorsOf(model.couplings);
      factoredSums(N, factors, s);
      let gained = 0;
      for (const beta of betas) {
        gained += factoredSweep(factors, model.linear, s, 0, 5, beta, heatBath, words);
        gained += factoredSweep(factors, model.linear, s, 5, N, beta, heatBath, words);
      }
      assertEquals(s, expected, `stream ${stream}`);
      assertClose([gained], [lost], { rtol: 1e-12, atol: 1e-12 });
      assertEquals(words, rng.state, "the loop must leave the stream where the definition does");
      assert(!s.every((spin, i) => spin === start[i]), "spins must have moved");
    }
  }
});

Deno.test("the cached fields of every form are the local fields of the model, before and after flips", () => {
  for (const model of isingExamples("normal")) {
    const { couplings, linear: h } = model;
    const s = Int8Array.from({ length: N }, (_, i) => i % 3 === 0 ? 1 : -1);
    const fields = new Float64Array(N);
    const factors = couplings.form === "factored" ? factorsOf(couplings) : undefined;
    if (couplings.form === "dense") {
      denseFields(N, couplings.values, h, s, fields, 0, N);
      denseFlip(N, couplings.values, s, fields, 5);
      denseFlip(N, couplings.values, s, fields, 0);
    } else if (couplings.form === "sparse") {
      sparseFields(couplings, h, s, fields, 0, N);
    } else if (factors !== undefined) {
      factoredSums(N, factors, s);
      for (let i = 0; i < N; i++) fields[i] = factoredField(factors, h, s, i);
    }
    assertClose(fields, localFields(model, s), { rtol: 1e-12, atol: 1e-12 });
  }
});

Deno.test("descend() and steepest() end in a local minimum in every form, large factored models included", () => {
  const models = [...exampleModels(N, 22, "normal"), ...exampleModels(100, 23, "normal")];
  const kernels = new Set<string>();
  for (const { name, model } of models) {
    const ising = model.vartype === "ising" ? model : isingFromQubo(model);
    const loops = finished(spinLoops(model));
    kernels.add(loops.name);
    for (const descend of [(s: Int8Array) => loops.descend(s) > 0, (s: Int8Array) => loops.steepest(s)]) {
      const s = Int8Array.from({ length: model.n }, (_, i) => i % 2 === 0 ? 1 : -1);
      loops.load(s);
      let steps = 0;
      while (descend(s)) steps++;
      assert(steps > 0, name);
      const gains = localFields(ising, s).map((field, i) => 2 * s[i] * field);
      assert(Math.max(...gains) <= 1e-9, `${name}: a flip gains ${Math.max(...gains)}`);
    }
  }
  assertEquals([...kernels].sort(), ["dense", "factored", "sparse"]);
});
