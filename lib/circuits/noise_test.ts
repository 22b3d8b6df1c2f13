import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { randomHamiltonian, randomOperations, randomState } from "./_test_dense.ts";
import {
  amplitudeState,
  circuit,
  cz,
  densityRun,
  expectations,
  gate,
  learnedEvolution,
  type Noise,
  noisyExpectations,
  plusState,
  runCircuit,
  ry,
  sampleShots,
  shotMean,
} from "./mod.ts";

/** A circuit of operations of every kind, and values of two samples. */
function example(qubits: number) {
  const rng = new Rng(21, qubits);
  const observables = ["Z0", randomHamiltonian(qubits, 4, rng), randomHamiltonian(qubits, 3, rng, "Z")];
  const made = circuit({ qubits, operations: randomOperations(qubits, 12, rng, 3, 2), observables });
  const parameters = Float64Array.from({ length: made.parameters }, () => rng.normal());
  const inputs = Float64Array.from({ length: 2 * made.inputs }, () => rng.normal());
  const states = new Float64Array([0, 1].flatMap(() => [...randomState(qubits, rng)]));
  const sample = (b: number) => ({
    parameters,
    inputs: inputs.slice(b * made.inputs, (b + 1) * made.inputs),
    states: states.slice(b * 2 ** (qubits + 1), (b + 1) * 2 ** (qubits + 1)),
  });
  return { made, values: { parameters, inputs, states }, sample };
}

Deno.test("densityRun() without noise is the projector on the state vector, up to 8 qubits", () => {
  for (const qubits of [1, 2, 3, 8]) {
    const { made, sample } = example(qubits);
    const { matrix, expectations: outputs } = densityRun(made, sample(1));
    const psi = runCircuit(made, sample(1));
    const N = 2 ** qubits;
    for (let i = 0; i < N; i += Math.max(1, N / 16)) {
      for (let j = 0; j < N; j++) {
        const re = psi[2 * i] * psi[2 * j] + psi[2 * i + 1] * psi[2 * j + 1];
        const im = psi[2 * i + 1] * psi[2 * j] - psi[2 * i] * psi[2 * j + 1];
        assertClose([matrix[2 * (i * N + j)], matrix[2 * (i * N + j) + 1]], [re, im], { rtol: 0, atol: 1e-12 });
      }
    }
    assertClose(outputs, expectations(made, sample(1)), { rtol: 0, atol: 1e-11 });
  }
});

Deno.test("noisyExpectations() equals the density matrix within four standard errors, for each kind of noise", () => {
  const { made, values, sample } = example(3);
  const noises: Noise[] = [
    { depolarising: 0.1 },
    { amplitudeDamping: 0.2 },
    { readout: 0.07 },
    { depolarising: 0.03, amplitudeDamping: 0.05, readout: 0.02 },
  ];
  for (const noise of noises) {
    const { means, standardErrors } = noisyExpectations(made, values, {
      noise,
      trajectories: 4000,
      seed: 5,
      batch: 250,
    });
    for (const b of [0, 1]) {
      const exact = densityRun(made, sample(b), noise).expectations;
      const plain = expectations(made, sample(b));
      exact.forEach((value, k) => {
        const [mean, error] = [means[3 * b + k], standardErrors[3 * b + k]];
        // normal by the number of trajectories: 24 comparisons of which one in 16,000 is outside by chance
        assert(
          Math.abs(mean - value) <= 4 * error + 1e-12,
          `${JSON.stringify(noise)}: ${mean}, exact ${value} +- ${error}`,
        );
      });
      // one that knew of no noise would fail
      assert(exact.some((value, k) => Math.abs(value - plain[k]) > 4 * standardErrors[3 * b + k] + 1e-3));
    }
  }
});

Deno.test("noisyExpectations() of a classifier of eight qubits equals its density matrix within four standard errors", () => {
  const made = learnedEvolution({ qubits: 8, layers: 1, encoding: "amplitudes", outputs: 10 });
  const rng = new Rng(22, 0);
  const parameters = Float64Array.from({ length: made.parameters }, () => 0.4 * rng.normal());
  const values = { parameters, states: amplitudeState(Float64Array.from({ length: 256 }, () => rng.uniform())) };
  const noise = { depolarising: 0.02, amplitudeDamping: 0.01, readout: 0.03 };
  const { means, standardErrors } = noisyExpectations(made, values, { noise, trajectories: 800, seed: 6 });
  const exact = densityRun(made, values, noise).expectations;
  const plain = expectations(made, values);
  // ten comparisons, each outside by chance once in 16,000
  exact.forEach((value, k) =>
    assert(Math.abs(means[k] - value) <= 4 * standardErrors[k], `${k}: ${means[k]}, ${value}`)
  );
  assert(exact.some((value, k) => Math.abs(value - plain[k]) > 8 * standardErrors[k]));
});

Deno.test("noisyExpectations() gives a trajectory the same numbers whatever the batch, and none without noise", () => {
  const { made, values } = example(2);
  const options = { noise: { depolarising: 0.1, amplitudeDamping: 0.1 }, trajectories: 20, seed: 3 };
  const [a, b] = [20, 7].map((batch) => noisyExpectations(made, values, { ...options, batch }).means);
  assertClose(a, b, { rtol: 1e-12, atol: 1e-12 });
  const still = noisyExpectations(made, values, { noise: {}, trajectories: 4 });
  assertClose(still.means, expectations(made, values), { rtol: 1e-13, atol: 1e-13 });
  assertClose(still.standardErrors, still.means.map(() => 0), { rtol: 0, atol: 1e-7 });
});

Deno.test("densityRun() keeps trace 1 and damps to the lowest state, or to nothing known", () => {
  const made = circuit({ qubits: 2, operations: [gate("h", 0), cz(0, 1), ry(0.7, 1)], observables: ["Z0", "X1", "I"] });
  const { expectations: damped } = densityRun(made, { states: plusState(2) }, { amplitudeDamping: 1 });
  assertClose(damped[0], 1, { rtol: 0, atol: 1e-12 });
  const { expectations: lost } = densityRun(made, { states: plusState(2) }, { depolarising: 0.75 });
  assertClose(lost, [0, 0, 1], { rtol: 0, atol: 1e-12 });
});

Deno.test("sampleShots() comes as often as the squares of the amplitudes, and its means come with their errors", () => {
  const psi = randomState(3, new Rng(31));
  const shots = 20_000;
  const found = sampleShots(psi, 3, { shots, seed: 8 });
  const counts = new Float64Array(8);
  for (const y of found) counts[y]++;
  counts.forEach((count, y) => {
    const p = psi[2 * y] ** 2 + psi[2 * y + 1] ** 2;
    // binomial: n p +- 4 sigma
    assert(
      Math.abs(count - shots * p) <= 4 * Math.sqrt(shots * p * (1 - p)),
      `state ${y}: ${count} of ${shots}, p ${p}`,
    );
  });
  const made = circuit({ qubits: 3, operations: [], observables: ["Z0 Z2", "Z1"] });
  for (const readout of [0, 0.1]) {
    const read = sampleShots(psi, 3, { shots, seed: 9, readout });
    densityRun(made, { states: psi }, { readout }).expectations.forEach((value, k) => {
      const { mean, standardError } = shotMean(read, [0b101, 0b010][k]);
      assert(Math.abs(mean - value) <= 4 * standardError, `${mean}, exact ${value} +- ${standardError}`);
    });
  }
});

Deno.test("sampleShots() gives state b the same shots in any batch", () => {
  const rng = new Rng(32);
  const [a, b] = [randomState(2, rng), randomState(2, rng)];
  const both = sampleShots(Float64Array.of(...a, ...b), 2, { shots: 10, seed: 1 });
  assertEquals(both.slice(0, 10), sampleShots(a, 2, { shots: 10, seed: 1 }));
  assertEquals(both.length, 20);
});

Deno.test("densityRun(), noisyExpectations() and sampleShots() refuse what they cannot do", () => {
  const one = circuit({ qubits: 1, operations: [] });
  const nine = circuit({ qubits: 9, operations: [] });
  assertThrows(() => densityRun(nine), RangeError, "that of 9 qubits would take 4,194,304 bytes, at most 8");
  assertThrows(() => densityRun(one, {}, { readout: 1.5 }), RangeError, "readout must be a probability, got 1.5");
  assertThrows(
    () => noisyExpectations(one, {}, { noise: { depolarising: NaN } }),
    RangeError,
    "depolarising must be a probability, got NaN",
  );
  assertThrows(
    () => noisyExpectations(one, {}, { noise: { damping: 0.1 } as Noise }),
    TypeError,
    "there is no option damping of a noise model",
  );
  // 4 TB
  const many = () => sampleShots(Float64Array.of(1, 0, 0, 0), 1, { shots: 1e12 });
  assertThrows(many, RangeError, "1000000000000 shots of each state would take 4,000,000,000,000 bytes");
  assertThrows(
    () => noisyExpectations(one, {}, { noise: {}, trajectories: 1 }),
    RangeError,
    "an integer from 2, got 1",
  );
  assertThrows(() => sampleShots(Float64Array.of(1, 1, 0, 0), 1, { shots: 1 }), RangeError, "norm of state 0 is 1.41");
  assertThrows(() => sampleShots(Float64Array.of(1, 0, 0, 0), 1, { shots: 0 }), RangeError, "shots must be an integer");
  assertThrows(() => shotMean([], 1), RangeError, "there are no shots");
});
