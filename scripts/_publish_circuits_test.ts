import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { loadGlyphs } from "../datasets/mod.ts";
import {
  CIRCUIT_NOISE_SCHEMA,
  CIRCUIT_PEER_SCHEMA,
  exampleRecord,
  measureCircuitPlateau,
  recordDigest,
  recordFileName,
  writeCircuitNoiseRecord,
  writeCircuitPlateauRecord,
  writeRecord,
} from "../lib/experiments/mod.ts";
import { renderCircuits } from "./_publish_circuits.ts";

Deno.test("renderCircuits() gives nothing without records, and a page and a block of the front page with them", async () => {
  const folder = await Deno.makeTempDir();
  assertEquals(await renderCircuits(folder), null);
  await Deno.mkdir(`${folder}/circuits/records`, { recursive: true });
  await Deno.mkdir(`${folder}/circuits/noise`);
  assertEquals(await renderCircuits(folder), null);
  const [circuit, apart, linear] = (["evolutionAmplitudes", "evolutionAmplitudesApart", "linearPixels16"] as const)
    .map((operator) => exampleRecord({ operator }));
  for (const record of [circuit, apart, linear]) {
    await writeRecord(`${folder}/circuits/records/${recordFileName(record)}`, record);
  }
  const { data, operator, options, seed, profile, parameters, weightsDigest, code, machine } = circuit;
  await writeCircuitNoiseRecord(`${folder}/circuits/noise/${recordFileName(circuit)}`, {
    ...{ schema: CIRCUIT_NOISE_SCHEMA, items: 10, trajectories: 4, noiseSeed: 1 },
    run: { data, operator, options, seed, profile, parameters, weightsDigest, digest: await recordDigest(circuit) },
    variants: [{ kind: "shots", value: 100, correct: 5, agreeing: 6, largestError: 0 }],
    ...{ code, machine, startedAt: "2026-01-01T00:00:00.000Z", wallMs: 1 },
  });
  const rendered = await renderCircuits(folder);
  const page = rendered?.files.get("circuits/README.md") ?? "";
  assertStringIncludes(page, "the best circuit is not told apart from the best classical model");
  assertStringIncludes(page, "+0.00 (one seed) points against itself without couplings");
  // Wilson's interval of 5 in 10
  assertStringIncludes(page, " 23.7 - 76.3 |");
  assertStringIncludes(page, `records/${recordFileName(linear)}`);
  assert(page.includes("(synthetic data)"));
  assertStringIncludes(rendered?.block ?? "", "results/circuits/README.md");
  assertStringIncludes(rendered?.block ?? "", "| the same without couplings, amplitudes |");
});

Deno.test("renderCircuits() has a page of gradients and times where no training is recorded, and says so", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/circuits`);
  const data = await loadGlyphs({ trainCount: 10, testCount: 2 });
  const record = await measureCircuitPlateau(data, { qubits: [2, 3, 4], depths: [1], samples: 10, seed: 1 }, {
    profile: "smoke",
  });
  await writeCircuitPlateauRecord(`${folder}/circuits/plateau.json`, record!);
  const [ours, typescript, peer] = [1, 10, 2].map((ms) => ({ min: ms, median: ms }));
  const times = {
    ...{ schema: CIRCUIT_PEER_SCHEMA, pennylane: "1.0", lightning: "1.1", qubits: 16, rounds: 1, largestDifference: 0 },
    copyGigabytesPerSecond: 10,
    rows: [{ what: "one gate", how: "state", gates: 1, ours, typescript, peer }],
    ...{ code: record!.code, machine: record!.machine, startedAt: record!.startedAt },
  };
  await Deno.writeTextFile(`${folder}/circuits/peer.json`, JSON.stringify(times));
  const rendered = await renderCircuits(folder);
  const page = rendered?.files.get("circuits/README.md") ?? "";
  for (const words of ["## Gradients before training", "(synthetic data)", "## Beside PennyLane", "--parts plateau"]) {
    assertStringIncludes(page, words);
  }
  assert(!page.includes("## Accuracies"));
  assertStringIncludes(rendered?.files.get("circuits/gradients_before_training.svg") ?? "", "unitary 2-designs");
  assertStringIncludes(rendered?.block ?? "", "no training is among the records");
  assertStringIncludes(rendered?.block ?? "", "ours takes 0.5 to 0.5 times as long gate by gate");
});
