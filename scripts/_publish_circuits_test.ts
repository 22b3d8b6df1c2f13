import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  CIRCUIT_NOISE_SCHEMA,
  exampleRecord,
  recordDigest,
  recordFileName,
  writeCircuitNoiseRecord,
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
});
