import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { energies, energy } from "../../model/mod.ts";
import { Rng } from "../../random/mod.ts";
import { embedKing, embedModel, kingGraph, unembed } from "../mod.ts";
import { randomModel } from "./_test_models.ts";

const SIZE = { width: 9, height: 9 };

// states on the qubits, each flipped with probability noise
function noisyRows(rows: number, seed: number, noise: number) {
  const model = randomModel(8, 0.8, seed);
  const embedding = embedKing(model, SIZE);
  const { model: embedded } = embedModel(model, embedding);
  const rng = new Rng(seed);
  const truth = Int8Array.from({ length: rows * 8 }, () => rng.integer(2) * 2 - 1);
  const spins = new Int8Array(rows * embedded.n).fill(1);
  for (let r = 0; r < rows; r++) {
    embedding.chains.forEach((chain, i) =>
      chain.forEach((qubit) => spins[r * embedded.n + qubit] = truth[r * 8 + i] * (rng.uniform() < noise ? -1 : 1))
    );
  }
  return { model, embedding, width: embedded.n, truth, spins };
}

Deno.test("unembed() reads whole chains as they are, whatever the repair", () => {
  const { model, embedding, truth, spins } = noisyRows(20, 3, 0);
  for (const repair of ["majority", "minimiseEnergy", "discard"] as const) {
    const read = unembed(spins, embedding, { repair, model });
    assertEquals([read.states, read.brokenShare, read.rows.length], [truth, 0, 20]);
  }
});

Deno.test("unembed() counts broken chains, and each repair does what it says", () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 0.5, noNaN: true }), (seed, noise) => {
      const { model, embedding, width, spins } = noisyRows(6, seed, noise);
      const majority = unembed(spins, embedding);
      const lowered = unembed(spins, embedding, { repair: "minimiseEnergy", model });
      const kept = unembed(spins, embedding, { repair: "discard" });
      for (let r = 0; r < 6; r++) {
        let broken = 0;
        embedding.chains.forEach((chain, i) => {
          const sum = [...chain].reduce((total, qubit) => total + spins[r * width + qubit], 0);
          if (Math.abs(sum) === chain.length) assertEquals(lowered.states[r * 8 + i], Math.sign(sum));
          else broken++;
          if (sum !== 0) assertEquals(majority.states[r * 8 + i], Math.sign(sum));
        });
        assertEquals([majority.broken[r], lowered.broken[r], kept.broken[r]], [broken, broken, broken]);
        assertEquals(kept.rows.includes(r), broken === 0);
        if (broken !== 1) continue;
        // with one chain broken the lower of both values is taken
        const state = lowered.states.slice(r * 8, r * 8 + 8);
        const open = embedding.chains.findIndex((chain) =>
          new Set([...chain].map((q) => spins[r * width + q])).size > 1
        );
        const other = state.map((spin, i) => i === open ? -spin : spin);
        assert(energy(model, state) <= energy(model, other) + 1e-12);
      }
    }),
    { numRuns: 50 },
  );
});

Deno.test("unembed() by energy is no worse than by majority where most chains are broken", () => {
  const { model, embedding, spins } = noisyRows(200, 5, 0.3);
  const mean = (states: Int8Array) => energies(model, states).reduce((sum, value) => sum + value, 0) / 200;
  const lowered = mean(unembed(spins, embedding, { repair: "minimiseEnergy", model }).states);
  assert(lowered < mean(unembed(spins, embedding).states) - 1, `${lowered}`);
});

Deno.test("unembed() refuses what are no states of the qubits", () => {
  const embedding = { target: kingGraph(4, 1), chains: [Uint32Array.of(0, 1), Uint32Array.of(2)] };
  assertThrows(() => unembed([1, 1, 1, 1], embedding), TypeError, "no whole number of states of 3 qubits");
  assertThrows(() => unembed([1, 0, 1], embedding), RangeError, "entry 1 is 0");
  assertThrows(() => unembed([1, 1, 1], embedding, { repair: "minimiseEnergy" }), TypeError, "needs the model");
  const wrong: Record<string, unknown> = { repair: "vote" };
  assertThrows(() => unembed([1, 1, 1], embedding, wrong), TypeError, '"majority"');
  assertThrows(
    () => unembed([1, 1, 1], embedding, { model: randomModel(3, 1, 1) }),
    TypeError,
    "2 chains for a model of 3",
  );
});
