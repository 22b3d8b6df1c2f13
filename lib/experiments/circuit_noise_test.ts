import { assert, assertEquals, assertThrows } from "@std/assert";
import { loadGlyphs } from "../../datasets/mod.ts";
import { wasmKernels } from "../kernels/mod.ts";
import { CIRCUIT_ROWS, CircuitModel, type CircuitRow, train } from "../training/mod.ts";
import {
  CIRCUIT_VARIANTS,
  evaluateCircuitNoise,
  evaluateCircuitRuns,
  readCircuitNoiseRecords,
  runPlan,
} from "./mod.ts";

const operator = "evolutionAngles";
const row = CIRCUIT_ROWS[operator] as Extract<CircuitRow, { kind: "circuit" }>;
const data = await loadGlyphs({ trainCount: 10, testCount: 30 });

function drawn(): Float32Array {
  const model = new CircuitModel(wasmKernels(), row, 10, 1);
  model.initialise(3);
  return Float32Array.from(model.weights);
}

Deno.test("evaluateCircuitNoise() comes to the exact classes with many shots, and forgets them in full noise", () => {
  const options = { operator, items: 30, trajectories: 4 } as const;
  const variants = [
    ...[{ kind: "shots", value: 4 }, { kind: "shots", value: 100_000 }],
    ...[{ kind: "depolarising", value: 0 }, { kind: "depolarising", value: 0.5 }, { kind: "readout", value: 0.01 }],
  ] as const;
  const [few, many, none, full, readout] = evaluateCircuitNoise(data, drawn(), { ...options, variants });
  assert(many.agreeing >= 28 && many.agreeing > few.agreeing, `${many.agreeing} > ${few.agreeing}`);
  assertEquals([none.agreeing, none.largestError < 1e-6], [30, true]);
  assert(full.agreeing < 20 && full.largestError > 0.1);
  assert(readout.agreeing > 20);
  const again = evaluateCircuitNoise(data, drawn(), { ...options, variants: [variants[0]] });
  assertEquals(again, [few]);
});

Deno.test("evaluateCircuitNoise() refuses classical rows, other weights, and pictures that are not there", () => {
  const options = { operator, items: 4, variants: [] } as const;
  const of = (changes: Partial<Parameters<typeof evaluateCircuitNoise>[2]>, weights = drawn()) => () =>
    evaluateCircuitNoise(data, weights, { ...options, ...changes });
  assertThrows(of({ operator: "linearPixels4" }), RangeError, "linearPixels4 is none");
  assertThrows(of({ items: 31 }), RangeError, "items must be an integer from 1 to 30, got 31");
  assertThrows(of({}, new Float32Array(3)), TypeError, "evolutionAngles has 460 weights, got 3");
});

Deno.test("evaluateCircuitRuns() evaluates trained circuits, keeps what was evaluated alike, and names what has no weights", async () => {
  const out = await Deno.makeTempDir();
  const run = { data: "glyphs", seed: 1, epochs: 1, batchSize: 10 };
  const cells = ([operator, "linearPixels4"] as const).map((operator) => ({ ...run, operator }));
  const load = () => Promise.resolve({ data, full: { train: 10, test: 30 } });
  const plan = { experiment: "circuits", question: "q", profile: "smoke", cells };
  const { records } = await runPlan(plan, { out, train, load, workers: 1 });
  const told: string[] = [];
  const options = {
    ...{ out, items: 2, trajectories: 2, data: () => Promise.resolve(data) },
    onRecord: ({ run }: { run: { operator: string } }, how: string) => told.push(`${run.operator} ${how}`),
    onMissing: ({ operator }: { operator: string }) => told.push(`${operator} missing`),
  };
  const made = await evaluateCircuitRuns(records, options);
  assertEquals(made.map(({ variants }) => variants.length), [CIRCUIT_VARIANTS.length]);
  assertEquals(await evaluateCircuitRuns(records, options), made);
  assertEquals(await readCircuitNoiseRecords(`${out}/noise`), made);
  assertEquals((await evaluateCircuitRuns(records, { ...options, items: 100 }))[0].items, 30);
  assertEquals(await evaluateCircuitRuns([{ ...records[0], weightsDigest: "other" }], options), []);
  assertEquals(await evaluateCircuitRuns(records, { ...options, items: 3, signal: AbortSignal.abort() }), []);
  assertEquals(told, [`${operator} made`, `${operator} kept`, `${operator} made`, `${operator} missing`]);
  assertEquals(await readCircuitNoiseRecords(`${out}/none`), []);
});
