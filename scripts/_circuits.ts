import {
  CIRCUIT_PLATEAU_SIZES,
  CIRCUIT_PROFILES,
  type CircuitNoiseRecord,
  circuitNoiseTables,
  circuitPlan,
  type CircuitPlateauRecord,
  circuitPlateauReport,
  type CircuitProfile,
  type CircuitProfileName,
  circuitReport,
  evaluateCircuitRuns,
  lockFolder,
  measureCircuitPlateau,
  operatorTitles,
  publishRecords,
  readCircuitPlateauRecord,
  readRecords,
  type RunRecord,
  writeCircuitPlateauRecord,
} from "../lib/experiments/mod.ts";
import type { PlanDoors } from "./_plan_doors.ts";
import { isTextData } from "../lib/training/mod.ts";
import { loadPart } from "./_reproduce_data.ts";
import { natsWords } from "./_nats_cli.ts";
import { asUsage, shellWord, UsageError } from "./_cli_option.ts";
import type { CircuitsValues } from "./_circuits_cli.ts";
import { ifThere, reading } from "./_files.ts";
import { listOf } from "./_published_part.ts";
import { recordsOf, sourceOf, trainBlock } from "./_study.ts";

/** What the command needs from outside: what plans need, and where tables go. */
export interface CircuitsDoors extends PlanDoors {
  /** Receives tables, or the JSON object. */
  readonly print: (text: string) => void | Promise<void>;
}

/** Does what the command line says; returns the exit code: 0, 1 where a run failed, or 130 where it was stopped. */
export async function circuits(values: CircuitsValues, doors: CircuitsDoors): Promise<number> {
  const { progress, signal } = doors;
  if (values.quick && values.profile !== "quick") {
    throw new UsageError(`--quick is the profile quick, --profile says ${values.profile}: give one of them`);
  }
  const profile = CIRCUIT_PROFILES[values.profile as CircuitProfileName];
  const { only: data, operators, seeds, out = `out/circuits-${profile.name}`, json, parts } = values;
  if (values.publish !== undefined) return await publish(out, values.publish, doors);
  const plan = asUsage(() => circuitPlan({ profile, data, operators, seeds }), [RangeError]);
  const failed = parts.includes("train") ? await trainBlock(plan, values, out, profile, doors) : 0;
  progress.end();
  const completed = (await recordsOf(plan, out)).filter(({ ending }) => ending === "completed");
  const noise = parts.includes("noise") && !signal.aborted
    ? await tryNoise(completed, values, out, profile, doors)
    : [];
  const plateau = parts.includes("plateau") && !signal.aborted
    ? await measurePlateau(plan.cells[0].data, values, out, profile, doors)
    : null;
  progress.end();
  const { tables, findings } = circuitReport(completed);
  const rows = completed.map(({ data, operator, seed, parameters, epochs, options }) => ({
    ...{ data: data.name, operator, profile: plan.profile, epochs: options.epochs, seed, parameters },
    lastAccuracy: epochs.at(-1)?.testAccuracy,
  }));
  const ending = signal.aborted ? "interrupted" : "completed";
  await doors.print(
    json
      ? `${
        JSON.stringify({
          out,
          ending,
          rows,
          findings,
          ...plateau === null ? {} : { plateau: { ...plateau, findings: circuitPlateauReport(plateau).findings } },
          noise: noise.map(({ run, items, variants }) => ({
            ...{ data: run.data.name, operator: run.operator, seed: run.seed, items, variants },
          })),
        })
      }\n`
      : [
        completed.length > 0 ? `${tables}\n${listOf(findings)}` : "",
        noise.length > 0 ? circuitNoiseTables(noise) : "",
        plateau === null ? "" : plateauText(plateau),
      ].filter((text) => text !== "").join("\n"),
  );
  if (signal.aborted) {
    progress.line(
      `stopped; everything is kept in ${out}, go on with ${
        ["--resume", `--profile ${profile.name}`, ...natsWords(values)].join(" ")
      } --out ${shellWord(out)}`,
    );
    return 130;
  }
  return failed === 0 ? 0 : 1;
}

/** Joins the records of a folder into files to be published. */
async function publish(out: string, folder: string, { print }: CircuitsDoors): Promise<number> {
  const records = await reading(`${out}/records`, () => readRecords(`${out}/records`));
  await Deno.mkdir(folder, { recursive: true });
  const names = await publishRecords(folder, records);
  await print(`${records.length} records are in ${names.map((name) => `${folder}/${name}`).join(", ") || "no file"}\n`);
  return 0;
}

function plateauText(record: CircuitPlateauRecord): string {
  const { table, findings } = circuitPlateauReport(record);
  return `${table}\n${listOf(findings)}`;
}

/** Measures gradients of circuits that were not trained; null where it was stopped. */
async function measurePlateau(
  name: string,
  { dataDir, resume }: CircuitsValues,
  out: string,
  profile: CircuitProfile,
  { progress, signal, loadWhole }: CircuitsDoors,
): Promise<CircuitPlateauRecord | null> {
  await Deno.mkdir(out, { recursive: true });
  using _lock = await lockFolder(out);
  const path = `${out}/plateau.json`;
  const size = CIRCUIT_PLATEAU_SIZES[profile.name];
  const data = await loadWhole(name, { ...dataDir === undefined ? {} : { dataDir }, signal });
  if (isTextData(data)) throw new TypeError(`Cannot measure gradients: ${name} are texts`);
  const kept = resume ? await ifThere(() => readCircuitPlateauRecord(path)) : null;
  if (kept !== null && kept.profile === profile.name && kept.data.title === data.name) {
    progress.line(`gradients against qubits, ${data.name}: (kept)`);
    return kept;
  }
  const record = await measureCircuitPlateau(data, size, {
    ...{ profile: profile.name, signal },
    onRow: (done, all) =>
      progress.update({
        ...{ label: `gradients against qubits, ${data.name}`, done: done / all, etaMs: NaN },
        detail: `${done} of ${all} rows`,
      }),
  });
  if (record !== null) await writeCircuitPlateauRecord(path, record);
  return record;
}

/** Evaluates the trained circuits with few shots and with noise. */
async function tryNoise(
  runs: readonly RunRecord[],
  values: CircuitsValues,
  out: string,
  profile: CircuitProfile,
  { progress, signal, loadWhole }: CircuitsDoors,
): Promise<CircuitNoiseRecord[]> {
  using _lock = await lockFolder(out);
  const { items, trajectories } = values;
  const source = sourceOf(values, profile);
  const label = ({ data, operator, seed }: Pick<RunRecord, "data" | "operator" | "seed">) =>
    `noise: ${operatorTitles[operator]}, ${data.title}, seed ${seed}`;
  return await evaluateCircuitRuns(runs, {
    ...{ out, items, trajectories, signal },
    data: async (name) => (await loadPart(loadWhole, name, source, signal)).data,
    onVariant: (run, done, all) =>
      progress.update({ label: label(run), done: done / all, etaMs: NaN, detail: `${done} of ${all} variants` }),
    onRecord: ({ run, wallMs }, how) =>
      progress.line(`${label(run)}: ${(wallMs / 1000).toFixed(0)} s${how === "kept" ? " (kept)" : ""}`),
    onMissing: (run) => progress.line(`note: ${label(run)}: its weights are not in ${out}/checkpoints, it is left out`),
  });
}
