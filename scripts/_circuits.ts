import {
  CIRCUIT_PROFILES,
  type CircuitNoiseRecord,
  circuitNoiseTables,
  circuitPlan,
  type CircuitProfile,
  type CircuitProfileName,
  circuitReport,
  evaluateCircuitRuns,
  lockFolder,
  operatorTitles,
  readRecord,
  recordFileName,
  type RunRecord,
} from "../lib/experiments/mod.ts";
import { loadPart } from "./_reproduce_data.ts";
import { UsageError } from "./_cli_option.ts";
import type { CircuitsValues } from "./_circuits_cli.ts";
import { input, type StudyDoors, trainBlock } from "./_study.ts";

/** What the command needs from outside: what the study needs, and where tables go. */
export interface CircuitsDoors extends StudyDoors {
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
  const plan = await input(() => Promise.resolve(circuitPlan({ profile, data, operators, seeds })));
  const failed = parts.includes("train") ? await trainBlock(plan, values, out, profile, doors) : 0;
  progress.end();
  const records: RunRecord[] = [];
  for (const { data, operator, seed } of plan.cells) {
    const path = `${out}/records/${recordFileName({ data: { name: data }, operator, seed, profile: plan.profile })}`;
    try {
      records.push(await input(() => readRecord(path)));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  const completed = records.filter(({ ending }) => ending === "completed");
  const noise = parts.includes("noise") && !signal.aborted
    ? await tryNoise(completed, values, out, profile, doors)
    : [];
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
          noise: noise.map(({ run, items, variants }) => ({
            ...{ data: run.data.name, operator: run.operator, seed: run.seed, items, variants },
          })),
        })
      }\n`
      : `${tables}\n${findings.map((text) => `- ${text}\n`).join("")}${
        noise.length > 0 ? `\n${circuitNoiseTables(noise)}` : ""
      }`,
  );
  if (signal.aborted) {
    progress.line(`stopped; everything is kept in ${out}, go on with --resume --profile ${profile.name} --out ${out}`);
    return 130;
  }
  return failed === 0 ? 0 : 1;
}

/** Evaluates the trained circuits with few shots and with noise. */
async function tryNoise(
  runs: readonly RunRecord[],
  { items, trajectories, dataDir }: CircuitsValues,
  out: string,
  { train, test }: CircuitProfile,
  { progress, signal, loadWhole }: CircuitsDoors,
): Promise<CircuitNoiseRecord[]> {
  using _lock = await lockFolder(out);
  const source = { dataDir: dataDir ?? null, train, test };
  const label = ({ data, operator, seed }: Pick<RunRecord, "data" | "operator" | "seed">) =>
    `noise: ${operatorTitles[operator]}, ${data.title}, seed ${seed}`;
  return await input(() =>
    evaluateCircuitRuns(runs, {
      ...{ out, items, trajectories, signal },
      data: async (name) => (await loadPart(loadWhole, name, source, signal)).data,
      onVariant: (run, done, all) =>
        progress.update({ label: label(run), done: done / all, etaMs: NaN, detail: `${done} of ${all} variants` }),
      onRecord: ({ run, wallMs }, how) =>
        progress.line(`${label(run)}: ${(wallMs / 1000).toFixed(0)} s${how === "kept" ? " (kept)" : ""}`),
      onMissing: (run) =>
        progress.line(`note: ${label(run)}: its weights are not in ${out}/checkpoints, it is left out`),
    })
  );
}
