import {
  CIRCUIT_PROFILES,
  circuitPlan,
  type CircuitProfileName,
  circuitReport,
  readRecord,
  recordFileName,
  type RunRecord,
} from "../lib/experiments/mod.ts";
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
  const { only: data, operators, seeds, out = `out/circuits-${profile.name}`, json } = values;
  const plan = await input(() => Promise.resolve(circuitPlan({ profile, data, operators, seeds })));
  const failed = await trainBlock(plan, values, out, profile, doors);
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
  const { tables, findings } = circuitReport(completed);
  const rows = completed.map(({ data, operator, seed, parameters, epochs, options }) => ({
    ...{ data: data.name, operator, profile: plan.profile, epochs: options.epochs, seed, parameters },
    lastAccuracy: epochs.at(-1)?.testAccuracy,
  }));
  const ending = signal.aborted ? "interrupted" : "completed";
  await doors.print(
    json
      ? `${JSON.stringify({ out, ending, rows, findings })}\n`
      : `${tables}\n${findings.map((text) => `- ${text}\n`).join("")}`,
  );
  if (signal.aborted) {
    progress.line(`stopped; everything is kept in ${out}, go on with --resume --profile ${profile.name} --out ${out}`);
    return 130;
  }
  return failed === 0 ? 0 : 1;
}
