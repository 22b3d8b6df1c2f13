import { assertEquals } from "@std/assert";
import { z } from "zod";
import { ADDED_NAMES, CIRCUIT_NAMES, OPERATOR_NAMES, STUDY_NAMES } from "../training/mod.ts";
import { trainKind } from "./_nats_train_kind.ts";

const { body } = trainKind({ command: ["none"], folder: "none", workers: 1, source: z.null(), checkpointMs: 1000 });
const task = {
  ...{
    digest: "ab".repeat(32),
    version: "0.1.0",
    data: "mnist",
    checksums: {},
    source: null,
    operator: "mha",
    seed: 1,
  },
  options: { epochs: 1, batchSize: 128, learningRate: 1e-3, sweeps: 20 },
};

Deno.test("trainKind() takes the rows of every experiment, and no name that is none", () => {
  for (const operator of [...OPERATOR_NAMES, ...STUDY_NAMES, ...ADDED_NAMES, ...CIRCUIT_NAMES]) {
    assertEquals(body.safeParse({ ...task, operator }).success, true, operator);
  }
  for (const operator of ["magic", "toString", ""]) {
    assertEquals(body.safeParse({ ...task, operator }).success, false, operator);
  }
});
