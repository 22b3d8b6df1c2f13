import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { loadGlyphs } from "../../datasets/mod.ts";
import { attentionEnergies, type AttentionSolver, type Selection } from "../attention/mod.ts";
import { wasmKernels } from "../kernels/mod.ts";
import { readTraffic } from "./_machine_study_samplers.ts";
import { openStudyEmulator, STUDY_KEY, withoutKey } from "./machine_study_emulator.ts";
import { openStudyModel, trainSteps } from "./machine_study_model.ts";
import { openMachineSolver } from "./machine_study_solver.ts";

const SETTINGS = { preset: "5ms", bits: 8, noise: 0.1, seed: 1 } as const;
const MACHINE = { reads: 2, variables: 1000 };
const TRAINING = { steps: 2, batch: 4, together: 4, seed: 3, rate: 1e-2 };

/** Hands selections on and keeps them. */
function keeping(solver: AttentionSolver): AttentionSolver & { readonly kept: Selection[] } {
  const kept: Selection[] = [];
  return {
    name: "keeping",
    kept,
    solve(problem, options) {
      const selection = solver.solve(problem, options);
      assertEquals(selection.energies, attentionEnergies(problem, selection.chosen));
      kept.push({ ...selection, chosen: selection.chosen.slice() });
      return selection;
    },
  };
}

/** Gives, call after call, what was kept. */
function given(kept: readonly Selection[]): AttentionSolver {
  let next = 0;
  return { name: "given", solve: () => kept[next++] };
}

Deno.test("trainSteps() through the emulated machine: its selections alone decide the weights, and a tape replays them offline", async () => {
  const data = await loadGlyphs({ trainCount: 20, testCount: 1 });
  const folder = await Deno.makeTempDir();
  const [notes, tape] = [`${folder}/notes.jsonl`, `${folder}/tape.jsonl`];
  const emulator = await openStudyEmulator(SETTINGS);
  const place = { url: emulator.url, notes };
  let kept: readonly Selection[];
  let trained: Awaited<ReturnType<typeof trainSteps>>;
  try {
    using solver = openMachineSolver(MACHINE, {
      ...place,
      folder: `${folder}/recorded`,
      cassette: { file: tape, mode: "record" },
    });
    const watched = keeping(solver);
    trained = await trainSteps(data, { ...TRAINING, solver: watched });
    kept = watched.kept;
    const { jobs, machineMs } = await emulator.stats();
    // two pictures of 8 heads and 49 tokens are 784 variables: two jobs a step, two runs of 5 ms each
    assertEquals([jobs.accepted, machineMs], [4, 40]);
  } finally {
    await emulator.close();
  }
  const { jobs, sentBytes, energyChecks } = readTraffic(notes);
  assertEquals([jobs, energyChecks], [4, { exact: 4 }]);
  assert(sentBytes > 4 * 784 ** 2, "what was sent is full matrices");

  // the same selections from here
  const local = await trainSteps(data, { ...TRAINING, solver: given(kept) });
  assertEquals([local.lastWeights, local.losses], [trained.lastWeights, trained.losses]);
  const other = kept.map((one, k) => k === 0 ? { ...one, chosen: one.chosen.with(7, 1 - one.chosen[7]) } : one);
  const changed = await trainSteps(data, { ...TRAINING, solver: given(other) });
  assertNotEquals(changed.lastWeights, trained.lastWeights);

  // neither machine nor key
  const key = Deno.env.get(STUDY_KEY);
  assert(key !== undefined && !(await Deno.readTextFile(tape)).includes(key), "the key must not be on the tape");
  const replayed = await withoutKey(async () => {
    assertEquals(Deno.env.get(STUDY_KEY), undefined);
    const cassette = { file: tape, mode: "replay" } as const;
    using solver = openMachineSolver(MACHINE, { ...place, folder: `${folder}/replayed`, cassette });
    return await trainSteps(data, { ...TRAINING, solver });
  });
  assertEquals(new Uint8Array(replayed.weights.buffer), new Uint8Array(trained.weights.buffer));
});

Deno.test("openStudyModel() has, bit for bit, the gradients of the selection, whoever chose it", async () => {
  const data = await loadGlyphs({ trainCount: 2, testCount: 1 });
  const emulator = await openStudyEmulator(SETTINGS);
  try {
    const folder = await Deno.makeTempDir();
    using solver = openMachineSolver(MACHINE, { url: emulator.url, folder, notes: `${folder}/notes.jsonl` });
    const watched = keeping(solver);
    const gradients = (solver: AttentionSolver) => {
      const kernels = wasmKernels();
      const model = openStudyModel(kernels, data, "qamaV2", solver, 2);
      model.initialise(1);
      model.forward(data.train.images, 2, 1, 0);
      const labels = kernels.uint8(5);
      labels.set(data.train.labels);
      model.backward(2, labels, 2, kernels.float64(2));
      model.collect();
      return new Uint8Array(model.gradients.slice().buffer);
    };
    const remote = gradients(watched);
    assertEquals(gradients(given(watched.kept)), remote);
    const none = { ...watched.kept[0], chosen: new Uint8Array(2 * 8 * 49) };
    assertNotEquals(gradients(given([none])), remote);
  } finally {
    await emulator.close();
  }
});
