import type { ProgressState } from "../lib/display/mod.ts";
import type { FormatName, Problem, Reading } from "../lib/model/mod.ts";
import { type Progress, type SampleSet, sampleSetToBytes, sampleSetToJson } from "../lib/samplers/mod.ts";
import { UsageError } from "./_cli_option.ts";
import { reading, writing } from "./_files.ts";
import { chosenSampler, samplerList, type SolveValues } from "./_solve_cli.ts";
import { solutionOf, solutionText } from "./_solve_report.ts";

const DEFAULT_READS = 10;
// rows are kept, so that a limit of time alone must not fill the memory
const MAX_TIMED_READS = 1_000_000;

/** What `solve` works with. */
export interface Doors {
  /** Reads a file; `-` is standard input. */
  readonly read: (
    file: string,
    options: { format?: FormatName; as?: Reading; signal: AbortSignal },
  ) => Promise<Problem>;
  /** Writes to standard output. */
  readonly print: (text: string) => void;
  /** Makes a file where there is none, and leaves what is in it: tells early whether it can be written. */
  readonly touch: (path: string) => Promise<void>;
  /** Writes a file. */
  readonly save: (path: string, content: string | Uint8Array) => Promise<void>;
  /** Shows where the search stands; absent where nobody looks. */
  readonly show?: (state: ProgressState) => void;
  /** Ends the search with the best so far. */
  readonly signal: AbortSignal;
}

/**
 * Solves what the command line asks for and prints what was found.
 *
 * Whether the rows can be saved is tried before the search, and what was found is printed before they are.
 *
 * @returns the exit code: 0, 1 where the machine failed, 130 where the search was interrupted
 * @throws {UsageError} if the command line cannot be followed
 * @throws {Error} if a file cannot be read or written
 */
export async function solve(values: SolveValues, doors: Doors): Promise<number> {
  if (values.listSamplers) {
    doors.print(samplerList());
    return 0;
  }
  const [file] = values.operands;
  if (file === undefined) throw new UsageError("Expected one file, or - for standard input, got none");
  if (values.allReads && values.target === undefined) throw new UsageError("--all-reads needs --target");
  const { entry, sampler } = chosenSampler(values);
  const { format, as } = values;
  const problem = await reading(file, () => doors.read(file, { format, as, signal: doors.signal }));
  const { target, seed, timeLimit, out, workers = 1 } = values;
  if (out !== undefined) await writing(out, () => doors.touch(out));
  const byTime = timeLimit !== undefined && !entry.exact;
  const readsAsked = values.reads ?? (entry.exact ? 1 : byTime ? undefined : DEFAULT_READS);
  const set = await sampler.sample(problem.model, {
    numReads: readsAsked ?? MAX_TIMED_READS,
    numWorkers: workers,
    signal: doors.signal,
    ...(seed !== undefined && { seed }),
    ...(timeLimit !== undefined && { timeLimitMs: timeLimit }),
    ...(target !== undefined && !values.allReads && { target }),
    ...(doors.show && { onProgress: reporter(doors.show, file, problem, timeLimit, readsAsked) }),
  });
  const solution = solutionOf(set, { file, problem, exact: entry.exact, readsAsked, workers, target });
  doors.print(values.json ? `${JSON.stringify(solution)}\n` : solutionText(solution));
  if (out !== undefined) await saveSet(out, set, doors);
  return set.ending === "interrupted" ? 130 : set.ending === "machine-failed" ? 1 : 0;
}

async function saveSet(path: string, set: SampleSet, doors: Doors): Promise<void> {
  const json = path.toLowerCase().endsWith(".json");
  const content = json ? `${JSON.stringify(sampleSetToJson(set))}\n` : sampleSetToBytes(set);
  await writing(path, () => doors.save(path, content));
}

function reporter(
  show: NonNullable<Doors["show"]>,
  file: string,
  problem: Problem,
  timeLimit: number | undefined,
  readsAsked: number | undefined,
): (progress: Progress) => void {
  return ({ sampler, reads, lowestEnergy, elapsedMs, share = 0 }) => {
    const spent = timeLimit === undefined ? 0 : Math.min(1, elapsedMs / timeLimit);
    const done = Math.max(spent, readsAsked === undefined ? 0 : share);
    const best = problem.reading === "maxcut" ? `cut ${0 - lowestEnergy}` : `energy ${lowestEnergy}`;
    const counted = readsAsked === undefined ? `${reads} reads` : `${reads} of ${readsAsked} reads`;
    show({
      label: `${file}, ${sampler}`,
      done,
      etaMs: done > 0 ? elapsedMs * (1 - done) / done : NaN,
      detail: `${counted}${Number.isFinite(lowestEnergy) ? `, best ${best}` : ""}`,
    });
  };
}
