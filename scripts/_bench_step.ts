import { Rng } from "qama/random";
import { type ImageData, type OperatorName, patchPositions, TrainingTeam, writePatches } from "qama/training";
import { openTfjs, stockVit } from "./_stock_vit.ts";
import { timeTogether, type Timing } from "./_timing.ts";

/** Pictures of a step. */
export const BATCH = 128;
/** Steps before the first that counts: a thread's kernels are compiled in two stages, the second after some steps. */
export const WARM_STEPS = 40;
/** Steps in a row that are timed together, as they follow one another in training: a thread that slept wakes slowly. */
export const STEPS = 4;
/** Sizes of a picture of MNIST. */
export const SHAPE = { rows: 28, columns: 28, channels: 1, classes: 10 };

/** Random pictures of MNIST's size: the time of a step does not depend on what they show. */
export function randomPictures(): ImageData {
  const rng = new Rng(1);
  const images = Uint8Array.from({ length: BATCH * 28 * 28 }, () => rng.integer(256));
  const labels = Uint8Array.from({ length: BATCH }, () => rng.integer(10));
  const split = { images, labels, count: BATCH };
  const classes = Array.from({ length: 10 }, (_, c) => String(c));
  return { name: "random pictures", synthetic: true, ...SHAPE, classes, train: split, test: split, checksums: {} };
}

/** Times a training step of batch 128, Adam included: stock tfjs, the fused operators on one core, MHA on two. */
export async function benchStep(rounds: number) {
  const data = randomPictures();
  const backend = await openTfjs();
  const patches = new Float32Array(BATCH * 49 * 16);
  writePatches(data.train.images, BATCH, { ...SHAPE, patch: 4 }, patches);
  const stock = stockVit(SHAPE, patches, patchPositions(7, 7, 64), data.train.labels, 1);
  const open = (operator: OperatorName, workers: number) =>
    TrainingTeam.open({ shape: SHAPE, operator, sweeps: 20, seed: 1 }, data, BATCH, workers);
  const teams = {
    mha: await open("mha", 1),
    qamaV2: await open("qamaV2", 1),
    qamaSelected: await open("qamaSelected", 1),
    none: await open("none", 1),
    "mha, two workers": await open("mha", 2),
    "qamaV2, two workers": await open("qamaV2", 2),
  };
  const pictures = new Int32Array(BATCH).map((_, i) => i);
  let step = 0;
  const run = (team: TrainingTeam) => () => void team.step(pictures, BATCH * step, ++step, 1e-3);
  for (const team of Object.values(teams)) {
    for (let i = 0; i < WARM_STEPS; i++) run(team)();
  }
  const inRow = (step: () => void) => () => {
    for (let i = 0; i < STEPS; i++) step();
  };
  const rows = timeTogether({
    "stock tfjs mha": inRow(() => void stock.step()),
    ...Object.fromEntries(Object.entries(teams).map(([name, team]) => [name, inRow(run(team))])),
  }, rounds);
  const times = Object.fromEntries(
    Object.entries(rows).map(([name, { min, median }]) => [name, { min: min / STEPS, median: median / STEPS }]),
  ) as Record<keyof typeof teams | "stock tfjs mha", Timing>;
  for (const team of Object.values(teams)) team.close();
  const ratio = (a: keyof typeof times, b: keyof typeof times) => times[a].median / times[b].median;
  return {
    backend,
    times,
    ratios: {
      "stock tfjs / mha": ratio("stock tfjs mha", "mha"),
      "qamaV2 / mha": ratio("qamaV2", "mha"),
      "qamaSelected / mha": ratio("qamaSelected", "mha"),
      "mha / mha, two workers": ratio("mha", "mha, two workers"),
      "qamaV2 / qamaV2, two workers": ratio("qamaV2", "qamaV2, two workers"),
    },
  };
}
