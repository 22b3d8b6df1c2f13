import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { loadGlyphs } from "../../datasets/mod.ts";
import { twoDesignVariance } from "../circuits/mod.ts";
import {
  type CircuitPlateauRecord,
  circuitPlateauReport,
  classifierOfSize,
  measureCircuitPlateau,
  measureClassifierGradients,
  readCircuitPlateauRecord,
  writeCircuitPlateauRecord,
} from "./mod.ts";

const glyphs = await loadGlyphs({ trainCount: 200, testCount: 2 });

Deno.test("measureClassifierGradients() finds the plateau where coefficients are from anywhere, and more where trainings start", () => {
  const size = { encoding: "amplitudes", qubits: 6, samples: 200, seed: 1 } as const;
  const [own, uniform] = (["own", "uniform"] as const).map((start) =>
    measureClassifierGradients(glyphs, { ...size, start })
  );
  const off = (uniform.variance - twoDesignVariance(6)) / uniform.standardError;
  // ten layers are no exact 2-design: a tenth of the variance is some two standard errors here
  assert(Math.abs(off) < 6, `${off} standard errors from a 2-design`);
  assert(own.variance > 3 * uniform.variance, `${own.variance} and ${uniform.variance}`);
});

Deno.test("classifierOfSize() has the trained sizes at eight qubits, and no odd number of qubits for amplitudes", () => {
  const sides = (["amplitudes", "reuploading", "angles"] as const).map((name) => classifierOfSize(name, 8)?.side);
  assertEquals(sides, [16, 8, 4]);
  assertEquals(classifierOfSize("amplitudes", 7), null);
  // two qubits of eight layers take 48 inputs
  assertEquals(classifierOfSize("reuploading", 2)?.side, 6);
});

Deno.test("measureClassifierGradients() refuses more draws than there are pictures", () => {
  const size = { encoding: "angles", start: "own", qubits: 2 } as const;
  assertThrows(
    () => measureClassifierGradients(glyphs, { ...size, samples: 201 }),
    RangeError,
    "from 2 to 200, got 201",
  );
});

Deno.test("measureCircuitPlateau() is written and read back, a changed number is noticed, and a stop gives nothing", async () => {
  const size = { qubits: [2, 3, 4], depths: [1], samples: 10, seed: 1 };
  const record = (await measureCircuitPlateau(glyphs, size, { profile: "own" }))!;
  const path = `${await Deno.makeTempDir()}/plateau.json`;
  await writeCircuitPlateauRecord(path, record);
  assertEquals(await readCircuitPlateauRecord(path), record);
  await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace('"samples":10', '"samples":11'));
  await assertRejects(() => readCircuitPlateauRecord(path), SyntaxError, "not those that were written");
  const signal = AbortSignal.abort();
  assertEquals(await measureCircuitPlateau(glyphs, size, { profile: "own", signal }), null);
});

Deno.test("circuitPlateauReport() says plateau of what halves like 2-designs, and not of what stays", () => {
  const qubits = [2, 4, 6, 8, 10];
  const row = (n: number, variance: number) => ({
    ...{ qubits: n, mean: 0, variance, standardError: variance / 20 },
  });
  const like = (n: number) => row(n, twoDesignVariance(n));
  const flat = (n: number) => row(n, 0.1);
  const random = qubits.flatMap((n) =>
    [1, 64].flatMap((depth) =>
      (["local", "global"] as const).map((cost) => ({
        ...(depth === 64 || cost === "global" ? like(n) : flat(n)),
        ...{ cost, depth },
      }))
    )
  );
  const of = (own: (n: number) => ReturnType<typeof row>): CircuitPlateauRecord["classifiers"] =>
    (["own", "uniform"] as const).flatMap((start) =>
      qubits.map((n) => ({
        ...(start === "own" ? own(n) : like(n)),
        ...{ encoding: "amplitudes" as const, start, layers: 10, meanSquare: 1 },
      }))
    );
  const record = (classifiers: CircuitPlateauRecord["classifiers"]) =>
    ({ depths: [1, 64], samples: 10, random, classifiers }) as unknown as CircuitPlateauRecord;
  const { findings, table } = circuitPlateauReport(record(of(flat)));
  assertStringIncludes(findings[0], "a plateau like that of 2-designs");
  assertStringIncludes(findings[1], "local cost 0.00");
  assertStringIncludes(findings[1], "no fall with qubits can be told");
  assertStringIncludes(findings[2], "at 8 qubits 51 times the variance of 2-designs");
  assertStringIncludes(findings.at(-1)!, "1 of 1 classifiers start off the plateau");
  assertStringIncludes(findings.at(-1)!, "not the circuit");
  assertStringIncludes(table, "random, 64 layers, local");
  const on = circuitPlateauReport(record(of(like))).findings.at(-1)!;
  assertStringIncludes(on, "0 of 1 classifiers start off the plateau");
  assert(!on.includes("not the circuit"));
});
