import { meanInterval } from "../analysis/mod.ts";
import { meanOf, type StudyInferenceRow } from "./machine_study_analysis.ts";
import type { MachineStudyRecord } from "./machine_study_record.ts";
import { MACHINE_VARIABLES, type StudySolver } from "./machine_study_solver.ts";

/** What a row's solver is called in a table. */
export function solverTitle(solver: StudySolver): string {
  switch (solver.kind) {
    case "annealer":
      return solver.replicas > 1
        ? `annealer of the layer, ${solver.sweeps} sweeps, best of ${solver.replicas}`
        : `annealer of the layer, ${solver.sweeps} sweeps`;
    case "random":
      return "random selection of the same density";
    case "rounded":
      return `simulated annealing, ${solver.sweeps} sweeps, best of ${solver.replicas}` +
        (solver.bits === null ? "" : solver.form === "qubo" ? ", QUBO rounded" : ", spins of a pack rounded");
    case "machine":
      return `emulated machine${solver.variables < MACHINE_VARIABLES ? ", one picture a job" : ""}`;
  }
}

/** Bits of a solver's coefficients. */
export function bitsOf(solver: StudySolver): number | null {
  return "bits" in solver ? solver.bits : null;
}

/** A share with its interval, in percent: `95.3 (90.1 .. 97.8)`. */
export function accuracyText({ accuracy: { share, interval } }: StudyInferenceRow): string {
  return `${percent(share)} (${percent(interval[0])} .. ${percent(interval[1])})`;
}

/** A distance with its interval, in percent of the spread. */
export function gapText({ gap: { mean, halfWidth } }: StudyInferenceRow): string {
  return `${mean.toFixed(1)}${halfWidth === null ? "" : ` +- ${halfWidth.toFixed(1)}`}`;
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

/** What is to be read from one operator's inference: all of it, and what belongs on a front page. */
export interface StudyWords {
  /** A sentence a statement; every number and every word of order is computed. */
  readonly all: readonly string[];
  /** Some of them. */
  readonly front: readonly string[];
}

/** Puts into words what one operator's rows show. */
export function inferenceWords(rows: readonly StudyInferenceRow[]): StudyWords {
  const { operator, data } = rows[0].record;
  const of = (test: (solver: StudySolver) => boolean) => rows.find(({ record }) => test(record.solver));
  const machine = (bits: number, noise: number) =>
    of((s) => s.kind === "machine" && s.bits === bits && s.noise === noise && s.variables >= MACHINE_VARIABLES);
  const spins = (bits: number) => of((s) => s.kind === "rounded" && s.form === "spins" && s.bits === bits);
  const qubo = (bits: number) => of((s) => s.kind === "rounded" && s.form === "qubo" && s.bits === bits);
  const annealer = of((s) => s.kind === "annealer" && s.replicas === 1);
  const random = of((s) => s.kind === "random");
  const alone = of((s) => s.kind === "machine" && s.variables < MACHINE_VARIABLES);
  const words: string[] = [];
  const front: string[] = [];
  const [coarse, middle, fine] = [machine(4, 0.1), machine(8, 0.1), machine(14, 0.1)];
  if (coarse && middle && fine) {
    front.push(
      `${operator}, ${data.pictures} pictures: the emulated machine ends ${
        gapText(coarse)
      } % of the way from the best known to a random ` +
        `selection at 4 bits, ${gapText(middle)} % at 8 and ${gapText(fine)} % at 14 (loop noise 0.1).`,
    );
  }
  words.push(...front);
  const only = [4, 8, 14].map((bits) => [bits, spins(bits)] as const).filter(([, row]) => row !== undefined);
  if (only.length > 0) {
    const list = only.map(([bits, row]) => `${row && gapText(row)} % at ${bits} bits`).join(", ");
    words.push(
      `Rounding alone (the same coefficients, annealed here): ${list}; what the machine's rows have beyond that is the machine's own.`,
    );
  }
  const [small, same] = [qubo(4), spins(4)];
  if (small && same) {
    words.push(
      `It matters what is rounded: at 4 bits the QUBO leaves ${gapText(small)} %, the same QUBO as spins ${
        gapText(same)
      } %, whose fields ` +
        "are sums of couplings and set the step for all of a pack.",
    );
  }
  for (const bits of [8, 14]) {
    const [still, loud] = [machine(bits, 0), machine(bits, 0.4)];
    if (!still || !loud) continue;
    words.push(`Loop noise from 0 to 0.4 at ${bits} bits: from ${gapText(still)} % to ${gapText(loud)} %.`);
  }
  if (fine && alone) {
    const [together, own] = [fine.record.traffic?.jobs, alone.record.traffic?.jobs];
    words.push(
      `One picture a job in place of five: ${gapText(alone)} % in place of ${
        gapText(fine)
      } % at 14 bits, for ${own} jobs in place of ` +
        `${together}; a job tells the best of its runs for the whole pack, not for each picture.`,
    );
  }
  const classified = [annealer, fine, middle, coarse, random].filter((row) => row !== undefined);
  if (classified.length > 1) {
    const list = classified.map((row) => `${accuracyText(row)} by ${shortTitle(row.record)}`).join("; ");
    const apart = classified.slice(1).filter((row) => !overlap(row, classified[0]));
    front.push(
      `${operator}, classified right, %: ${list}. ` +
        (apart.length === 0
          ? `No interval lies apart from that of ${shortTitle(classified[0].record)}.`
          : `Apart from the interval of ${shortTitle(classified[0].record)}: ${
            apart.map((row) => shortTitle(row.record)).join(", ")
          }.`),
    );
    words.push(front[front.length - 1]);
  }
  if (fine && annealer && fine.deviceMs !== null) {
    words.push(
      `Time a picture: ${fine.deviceMs.toFixed(1)} ms of the modelled machine, ${
        fine.wallMs.toFixed(0)
      } ms until the answer was here ` +
        `(emulator, files and waiting included, on a busy computer), ${
          annealer.wallMs.toFixed(2)
        } ms for the layer's own annealer.`,
    );
  }
  return { all: words, front };
}

function overlap(a: StudyInferenceRow, b: StudyInferenceRow): boolean {
  return a.accuracy.interval[0] <= b.accuracy.interval[1] && b.accuracy.interval[0] <= a.accuracy.interval[1];
}

function shortTitle({ solver }: MachineStudyRecord): string {
  if (solver.kind === "machine") return `the machine at ${solver.bits} bits`;
  return solver.kind === "random" ? "random selection" : "the layer's annealer";
}

/** What a row of the training is called. */
export function trainingTitle({ solver }: MachineStudyRecord): string {
  return solver.kind === "machine"
    ? `emulated machine, ${solver.bits} bits, loop noise ${solver.noise}`
    : solverTitle(solver);
}

/** Puts the trainings into words. */
export function trainingWords(records: readonly MachineStudyRecord[]): string[] {
  const [{ training, data }] = records;
  const last = (record: MachineStudyRecord) => meanOf(record.training!.losses.slice(-10));
  const groups = [...Map.groupBy(records, ({ row }) => row).values()];
  const [own, ...others] = groups;
  const compared = others.map((group) => {
    const differences = group.flatMap((record) => {
      const beside = own.find(({ seed }) => seed === record.seed);
      return beside === undefined ? [] : [last(record) - last(beside)];
    });
    if (differences.length === 0) return "";
    const { mean, halfWidth } = meanInterval(differences);
    const seeds = differences.length === 1 ? "1 seed" : `${differences.length} seeds`;
    const interval = halfWidth === null ? "" : ` +- ${halfWidth.toFixed(3)}`;
    return `${mean < 0 ? "" : "+"}${mean.toFixed(3)}${interval} (${seeds}) with ${trainingTitle(group[0])}`;
  }).filter((text) => text !== "");
  return [
    `${training!.losses.length} steps of ${training!.batch} pictures of the ${data.name}, patches of ${
      training!.patch
    } pixels; a seed has the ` +
    `same first weights and the same pictures whoever chooses. Mean loss of the last 10 steps: ${
      meanOf(own.map(last)).toFixed(3)
    } nats with ${trainingTitle(own[0])}` +
    (compared.length === 0 ? "." : `; against that, seed by seed, with 95 % t intervals: ${compared.join("; ")}.`) +
    " The gradient is that of the selection, whoever chose it: a test compares it bit for bit.",
  ];
}

/** Puts a tape into words. */
export function replayWords({ replay, traffic }: MachineStudyRecord): string {
  const { steps, batch, tapeLines, tapeBytes, recordedWeights, replayedWeights, recordedMs, replayedMs } = replay!;
  const same = recordedWeights === replayedWeights;
  return `${steps} steps of ${batch} pictures were recorded on a tape (${traffic?.jobs} jobs, ${tapeLines} lines, ${
    (tapeBytes / 1e3).toFixed(0)
  } kB) and trained again from it, without emulator and key: the weights are ${
    same ? "the same, byte for byte" : "NOT the same"
  } (SHA-256 ${recordedWeights.slice(0, 12)} and ${replayedWeights.slice(0, 12)}), in ${
    (replayedMs / 1000).toFixed(1)
  } s in place of ${(recordedMs / 1000).toFixed(1)} s.`;
}
