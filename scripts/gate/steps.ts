/** How a step of the gate came out. */
export interface Outcome {
  /** True if there is nothing to repair. */
  readonly ok: boolean;
  /** Shown in full if the step failed. */
  readonly output: string;
  /** A few words for the step's line. */
  readonly note?: string;
}

/** One step of the gate. */
export interface Step {
  /** What `--only` calls it. */
  readonly name: string;
  /** One line for --help. */
  readonly help: string;
  /** Does the work; what it throws counts as a failure. */
  run(): Promise<Outcome>;
}

/** Passes and failures of a run. */
export interface Tally {
  /** Steps that were ok. */
  readonly passed: number;
  /** Steps that were not. */
  readonly failed: number;
}

/** Runs every step, two at a time in their order, and prints a line for each as it ends; goes on after a failure. */
export async function runSteps(steps: readonly Step[], print: (text: string) => void): Promise<Tally> {
  const width = Math.max(...steps.map((step) => step.name.length));
  const tally = { passed: 0, failed: 0 };
  const runOne = async (step: Step) => {
    const start = performance.now();
    const { ok, output, note } = await step.run().catch((error): Outcome => ({ ok: false, output: String(error) }));
    const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
    const line = `${ok ? "ok    " : "failed"}  ${step.name.padEnd(width)} ${seconds} s${note ? `  ${note}` : ""}`;
    tally[ok ? "passed" : "failed"]++;
    print(ok ? line : `${line}\n${output.trim().replace(/^(?=.)/gm, "    ")}\n`);
  };
  const queue = [...steps];
  const drain = async () => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) await runOne(step);
  };
  await Promise.all([drain(), drain()]);
  return tally;
}

/** Reads the line that `deno test` closes with; undefined if the tests did not get that far. */
export function testCounts(output: string): Tally | undefined {
  const closing = [...output.matchAll(/^(?:ok|FAILED) \| (\d+) passed.*? \| (\d+) failed/gm)].at(-1);
  return closing === undefined ? undefined : { passed: Number(closing[1]), failed: Number(closing[2]) };
}
