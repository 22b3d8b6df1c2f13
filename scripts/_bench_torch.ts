import { wasmKernels } from "qama/kernels";
import { openOperator, type OperatorName, patchPositions, SimpleVit, TrainingTeam } from "qama/training";
import { BATCH, randomPictures, SHAPE, STEPS, WARM_STEPS } from "./_bench_step.ts";
import { PeerProcess } from "./_peer_process.ts";
import { summary, type Timing } from "./_timing.ts";

const OPERATORS = ["none", "mha", "qamaV2"] as const satisfies readonly OperatorName[];
type PeerOperator = typeof OPERATORS[number];
// losses of float32 sums in another order differ by about 1e-7 of themselves
const LOSS_TOLERANCE = 1e-5;

/** What the first answer of `peers/run_vit.py` holds for an operator. */
interface Check {
  readonly loss: number;
  /** Mean energies a problem, of our selection and of PyTorch's, both computed there from N x N matrices. */
  readonly energyOfOurs?: number;
  readonly energyOfTheirs?: number;
}

/** What ran on the other side. */
export interface Peer {
  /** PyTorch's version. */
  readonly torch: string;
  /** The C++ compiler that built the annealer; null where there is none, and then no row of QAMA. */
  readonly compiler: string | null;
  /** Which of PyTorch's ways to softmax attention was faster. */
  readonly attention: string;
}

/** One operator on both sides, one thread each; times of a step, ms. */
export interface PeerRow {
  readonly operator: PeerOperator;
  readonly ours: Timing;
  readonly torch: Timing;
  /** Median of ours over the median of PyTorch's. */
  readonly ratio: number;
  /** Loss before the first step: ours, and PyTorch's from the same weights, pictures and selection. */
  readonly loss: { readonly ours: number; readonly torch: number };
  readonly energy?: { readonly ours: number; readonly torch: number };
}

/**
 * Times the training step of batch 128 here and in PyTorch, in turns, from the same weights and pictures, one thread each.
 *
 * PyTorch runs eager, with its fused layer norm and Adam and the faster of its ways to softmax attention; QAMA's annealing there
 * is C++ compiled for the machine, of the same schedule, on couplings held as matrices.
 *
 * @throws {Error} if Python ends early, or its loss before the first step is not ours
 */
export async function benchTorch(rounds: number): Promise<Peer & { readonly rows: readonly PeerRow[] }> {
  const folder = await Deno.makeTempDir();
  const python = new PeerProcess("run_vit.py");
  try {
    const losses = await writeProblem(folder);
    const setup = { folder, batch: BATCH, rows: SHAPE.rows, columns: SHAPE.columns, operators: losses.shapes };
    const { checks, ...peer } = await python.ask(setup) as Peer & { checks: Partial<Record<PeerOperator, Check>> };
    for (const [name, { loss }] of Object.entries(checks) as [PeerOperator, Check][]) {
      const ours = losses.losses[name];
      if (!(Math.abs(loss - ours) <= LOSS_TOLERANCE * ours)) {
        throw new Error(`Cannot compare the steps: ${name} has the loss ${ours} here and ${loss} in PyTorch`);
      }
    }
    const rows: PeerRow[] = [];
    for (const operator of OPERATORS.filter((name) => name in checks)) {
      const times = await timeInTurns(operator, python, rounds);
      const { loss, energyOfOurs, energyOfTheirs } = checks[operator]!;
      rows.push({
        operator,
        ...times,
        ratio: times.ours.median / times.torch.median,
        loss: { ours: losses.losses[operator], torch: loss },
        ...energyOfOurs === undefined ? {} : { energy: { ours: energyOfOurs, torch: energyOfTheirs! } },
      });
    }
    return { ...peer, rows };
  } finally {
    await python.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes pictures, weights and our selection where Python reads them; returns our losses of the starting weights. */
async function writeProblem(folder: string) {
  const { train: { images, labels } } = randomPictures();
  const bytes = (values: Float32Array) => new Uint8Array(values.slice().buffer);
  await Deno.writeFile(`${folder}/images.u8`, images);
  await Deno.writeFile(`${folder}/labels.u8`, labels);
  await Deno.writeFile(`${folder}/positions.f32`, bytes(patchPositions(7, 7, 64)));
  const losses: Partial<Record<PeerOperator, number>> = {};
  const shapes: Record<string, unknown> = {};
  for (const operator of OPERATORS) {
    const kernels = wasmKernels();
    const open = (k: typeof kernels, shape: Parameters<typeof openOperator>[2]) =>
      openOperator(operator, k, shape, { sweeps: 20, seed: 1 });
    const model = new SimpleVit(kernels, SHAPE, open, BATCH);
    model.initialise(1);
    const given = kernels.uint8(BATCH), totals = kernels.float64(2);
    given.set(labels);
    model.forward(images, BATCH, 1, 0);
    model.score(BATCH, given, totals);
    losses[operator] = totals[0] / BATCH;
    shapes[operator] = { parameters: model.parameters.map(({ name, shape }) => ({ name, shape })) };
    await Deno.writeFile(`${folder}/${operator}.f32`, bytes(model.weights));
    if (model.attention?.chosen) await Deno.writeFile(`${folder}/${operator}.chosen.u8`, model.attention.chosen);
  }
  return { losses: losses as Record<PeerOperator, number>, shapes };
}

async function timeInTurns(operator: PeerOperator, python: PeerProcess, rounds: number) {
  const team = await TrainingTeam.open({ shape: SHAPE, operator, sweeps: 20, seed: 1 }, randomPictures(), BATCH, 1);
  const pictures = new Int32Array(BATCH).map((_, i) => i);
  let step = 0;
  const ours = (steps: number) => {
    const from = performance.now();
    for (let i = 0; i < steps; i++) team.step(pictures, BATCH * step, ++step, 1e-3);
    return Promise.resolve(performance.now() - from);
  };
  const torch = async (steps: number) => (await python.ask({ operator, steps }) as { ms: number }).ms;
  try {
    await ours(WARM_STEPS);
    await torch(WARM_STEPS);
    const times = { ours: [] as number[], torch: [] as number[] };
    for (let r = 0; r < rounds; r++) {
      // the order is turned round, so that drift of the machine falls on both alike
      for (const name of r % 2 ? ["torch", "ours"] as const : ["ours", "torch"] as const) {
        times[name].push(await (name === "ours" ? ours : torch)(STEPS) / STEPS);
      }
    }
    return { ours: summary(times.ours), torch: summary(times.torch) };
  } finally {
    team.close();
  }
}
