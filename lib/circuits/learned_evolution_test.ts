import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import {
  amplitudeState,
  circuit,
  hamiltonian,
  learnedEvolution,
  type LearnedEvolutionOptions,
  measuredPaulis,
  openCircuit,
  runCircuit,
  trotterSteps,
} from "./mod.ts";

function draws(count: number, stream: number): Float64Array {
  const rng = new Rng(7, stream);
  return Float64Array.from({ length: count }, () => 0.6 * rng.normal());
}

const SMALL = { qubits: 3, layers: 2, outputs: 4 } as const;

Deno.test("learnedEvolution() evolves amplitudes under the Hamiltonians of its parameters, layer by layer", () => {
  const learned = learnedEvolution({ ...SMALL, encoding: "amplitudes", steps: 2, order: 2 });
  assertEquals(learned.parameters, 2 * (3 + 3 + 3));
  const parameters = draws(learned.parameters, 1), states = amplitudeState([1, 2, 3, 4, 5, 6, 7, 8]);
  const strings = ["X0", "X1", "X2", "Z0", "Z1", "Z2", "Z0 Z1", "Z0 Z2", "Z1 Z2"];
  const layers = [0, 1].map((layer) => hamiltonian(3, strings.map((string, j) => [parameters[9 * layer + j], string])));
  const operations = layers.flatMap((H) => trotterSteps(H, { time: 1, steps: 2, order: 2 }));
  const expected = runCircuit(circuit({ qubits: 3, operations }), { states });
  assertClose([...runCircuit(learned, { parameters, states })], [...expected], { rtol: 0, atol: 1e-12 });
});

Deno.test("learnedEvolution() has gradients equal to central differences in every encoding, with and without couplings", () => {
  for (const encoding of ["amplitudes", "angles", "reuploading"] as const) {
    for (const entangling of [true, false]) {
      const inputs = encoding === "amplitudes" ? 0 : 5;
      const learned = learnedEvolution({ ...SMALL, encoding, inputs, entangling });
      const parameters = draws(learned.parameters, 2),
        values = inputs > 0 ? { inputs: draws(2 * inputs, 3) } : {
          states: Float64Array.from([...amplitudeState(draws(8, 4)), ...amplitudeState(draws(8, 5))]),
        };
      const open = openCircuit(learned, { batch: 2 }), weights = draws(8, 6);
      const loss = (p: Float64Array) =>
        open.expectations({ ...values, parameters: p }).reduce((sum, value, i) => sum + weights[i] * value, 0);
      const found = open.gradient({ ...values, parameters }, weights).parameters;
      const expected = parameters.map((_, i) => {
        const moved = (by: number) => loss(parameters.with(i, parameters[i] + by));
        return (moved(1e-4) - moved(-1e-4)) / 2e-4;
      });
      assertClose([...found], [...expected], { rtol: 1e-6, atol: 1e-8 });
      assert(Math.hypot(...found) > 0.1);
      open.close();
    }
  }
});

Deno.test("openCircuit() gives a sample the same slopes alone and in a batch so large that diagonals are joined", () => {
  for (const encoding of ["angles", "reuploading"] as const) {
    const learned = learnedEvolution({ ...SMALL, encoding, inputs: 6 });
    const parameters = draws(learned.parameters, 8), inputs = draws(6 * 40, 9);
    const alone = openCircuit(learned), many = openCircuit(learned, { batch: 40 });
    const together = many.gradient({ parameters, inputs });
    const sum = new Float64Array(learned.parameters);
    for (let b = 0; b < 40; b++) {
      const own = alone.gradient({ parameters, inputs: inputs.subarray(6 * b, 6 * b + 6) });
      own.parameters.forEach((slope, p) => sum[p] += slope);
      assertClose([...own.expectations], [...together.expectations.subarray(4 * b, 4 * b + 4)], {
        rtol: 0,
        atol: 1e-12,
      });
      assertClose([...own.inputs], [...together.inputs.subarray(6 * b, 6 * b + 6)], { rtol: 0, atol: 1e-12 });
    }
    assertClose([...together.parameters], [...sum], { rtol: 0, atol: 1e-11 });
  }
});

Deno.test("learnedEvolution() without couplings leaves a product of qubits a product", () => {
  const product = (entangling: boolean) => {
    const learned = learnedEvolution({ ...SMALL, encoding: "angles", inputs: 6, entangling });
    const [z0, z1, , z0z1] = openCircuit(learned).expectations({
      parameters: draws(learned.parameters, 10),
      inputs: draws(6, 11),
    });
    return Math.abs(z0z1 - z0 * z1);
  };
  assert(product(false) < 1e-12);
  assert(product(true) > 1e-3);
});

Deno.test("learnedEvolution() and measuredPaulis() refuse what they cannot make", () => {
  const made = (changes: Partial<LearnedEvolutionOptions>) => () =>
    learnedEvolution({ ...SMALL, encoding: "angles", inputs: 2, ...changes });
  assertThrows(made({ layers: 0 }), RangeError, "layers must be an integer from 1, got 0");
  assertThrows(made({ inputs: 0 }), RangeError, "inputs of angles must be an integer from 1, got 0");
  assertThrows(made({ encoding: "amplitudes" }), RangeError, "inputs of amplitudes must be 0, the sample is the state");
  assertThrows(
    made({ encoding: "waves" as "angles" }),
    TypeError,
    "encoding must be amplitudes, angles or reuploading",
  );
  const many = { encoding: "reuploading", inputs: 19 } as const;
  assertThrows(made(many), RangeError, "2 layers of 3 qubits take 18 inputs, got 19");
  assertThrows(made({ outputs: 7 }), RangeError, "3 qubits have 6 of one or two Z");
  assertEquals(measuredPaulis(3, 6).at(-1), "Z1 Z2");
});
