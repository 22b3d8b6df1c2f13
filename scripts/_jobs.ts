import * as machines from "../lib/machine/mod.ts";
import {
  acceptDamage,
  adoptJob,
  findJob,
  forgetJob,
  type JobEntry,
  jobFate,
  JobRunner,
  jobsFolder,
  type JobStanding,
  type Journal,
  journalOf,
  machineOptions,
  type MachineProtocol,
  readOrigin,
} from "../lib/machine/mod.ts";
import { UsageError, type Values } from "./_cli.ts";
import { asUsage, hint } from "./_cli_option.ts";
import { inTurn } from "./_in_turn.ts";

const COMMAND = "deno task jobs";
/** Jobs that are asked after at the same time. */
const AT_ONCE = 8;
const ACTIONS = ["list", "show", "resume", "cancel", "forget", "accept-damage"];
const STANDINGS: readonly JobStanding[] = [
  ...["unknown", "sending", "submitted", "failed", "cancelled", "rejected", "forgotten", "answered"] as const,
];
const SHOWN = 12;

/** The command line of `jobs`. */
export const jobsCli = {
  command: `${COMMAND} [list|show|resume|cancel|forget|accept-damage] [JOB...]`,
  summary: [
    "Lists the jobs that were sent to machines, those of unknown fate first, and says what becomes of them.",
    "",
    "  list           where each job stands (the default)",
    "  show JOB       all that is known of a job",
    "  resume JOB...  collects what a machine has; with --as ID, a job of unknown fate that you found at the machine",
    "  cancel JOB...  cancels at the machine, where the machine can",
    "  forget JOB...  allows to send a job again: one of unknown fate that you did not find at the machine",
    "  accept-damage  goes on in spite of damaged lines in the journal",
    "",
    "A JOB is the beginning of its name in the list, its tag, or the machine's own name for it.",
  ].join("\n"),
  examples: [COMMAND, `${COMMAND} resume --all`, `${COMMAND} resume 3f2a77c01b9d --as task-4711`],
  operands: { help: "what to do, and with which jobs", min: 0, max: 10_000 },
  options: {
    all: { type: "boolean", help: "every job that it can be done with; list: the answered ones too" },
    as: { type: "string", help: "resume: the machine's own name for the job" },
    force: { type: "boolean", help: "forget: also a job that the machine has" },
    machine: { type: "string", help: "only jobs of this machine" },
    state: { type: "list", choices: STANDINGS, help: "only jobs that stand there" },
    folder: { type: "string", help: "where the jobs are kept, in place of QAMA_JOBS_DIR or the user's data folder" },
    module: { type: "string", help: "file that exports the machine, for machines that are not part of this package" },
    timeLimit: { type: "duration", min: 1, default: "10m", help: "resume: longest wait for a job" },
    json: { type: "boolean", help: "prints one JSON object" },
  },
} as const;

/** What {@link jobsCli} reads into. */
export type JobsValues = Values<typeof jobsCli.options>;

/** A job as it is printed. */
export interface JobRow {
  /** Beginning of the key. */
  readonly job: string;
  /** Where it stands. */
  readonly state: JobStanding;
  /** Name of the machine. */
  readonly machine: string;
  /** Its address. */
  readonly url: string;
  /** Our name for it at the machine. */
  readonly tag: string;
  /** The machine's name for it. */
  readonly id: string | null;
  /** When it was sent. */
  readonly since: string;
  /** Attempts. */
  readonly attempts: number;
  /** What it cost at most, all attempts together. */
  readonly cost: { readonly jobs: number; readonly seconds: number; readonly money: number };
  /** Why it stands there. */
  readonly why: string | null;
}

/** What the command has to say. */
export interface JobsReport {
  /** For --json. */
  readonly json: Readonly<Record<string, unknown>>;
  /** For people. */
  readonly lines: readonly string[];
  /** 0, or 1 if something that was asked for could not be done. */
  readonly code: number;
}

/**
 * Does what the command line says.
 *
 * @throws {UsageError} if it cannot be followed
 */
export async function jobs(values: JobsValues, signal?: AbortSignal): Promise<JobsReport> {
  const [action = "list", ...names] = values.operands;
  if (!ACTIONS.includes(action)) {
    throw new UsageError(`Expected one of ${ACTIONS.join(", ")}, got "${action}"${hint(action, ACTIONS)}`);
  }
  if (values.as !== undefined && (action !== "resume" || names.length !== 1)) {
    throw new UsageError("--as goes with resume and exactly one job");
  }
  const folder = values.folder ?? jobsFolder();
  if (!await isFolder(folder)) {
    const lines = [`No jobs: there is no folder ${folder}`];
    if (names.length > 0) throw new UsageError(`Cannot find the job ${names[0]}: there is no folder ${folder}`);
    return { json: { folder, jobs: [] }, lines, code: 0 };
  }
  const journal = journalOf(folder);
  using _lease = journal.lease();
  const entries = journal.refresh().all().filter((entry) =>
    (values.machine === undefined || entry.machine === values.machine) &&
    (values.state === undefined || values.state.includes(jobFate(journal, entry)))
  );
  if (action === "list") return list(journal, folder, entries, values);
  if (action === "accept-damage") {
    const seen = await acceptDamage(journal);
    return { json: { accepted: seen }, lines: [`${seen} damaged lines accepted`], code: 0 };
  }
  const chosen = chosenJobs(journal, action, entries, names, values);
  if (action === "show") return show(journal, folder, chosen);
  const results = await inTurn(chosen, AT_ONCE, (entry) => act(action, journal, entry, values, signal));
  const failed = results.filter(({ error }) => error !== undefined).length;
  return {
    json: { folder, results },
    lines: results.length === 0
      ? [`Nothing to ${action}`]
      : results.map(({ job, did, error }) => `${job}  ${error === undefined ? did : `error: ${error}`}`),
    code: failed > 0 ? 1 : 0,
  };
}

interface Result {
  readonly job: string;
  readonly did?: string;
  readonly error?: string;
}

function chosenJobs(
  journal: Journal,
  action: string,
  entries: readonly JobEntry[],
  names: readonly string[],
  values: JobsValues,
): JobEntry[] {
  if (names.length > 0) return [...new Set(names.map((name) => asUsage(() => findJob(entries, name))))];
  if (!values.all || action === "show") {
    throw new UsageError(`${action} needs a job, as \`${COMMAND}\` names them, or --all`);
  }
  if (action === "forget" && values.state === undefined) {
    throw new UsageError("forget --all needs --state, such as --state unknown: look for the jobs at the machine first");
  }
  const fit: Readonly<Record<string, readonly JobStanding[]>> = {
    resume: ["submitted", "unknown"],
    cancel: ["submitted"],
    forget: STANDINGS,
  };
  return entries.filter((entry) => fit[action].includes(jobFate(journal, entry)));
}

async function act(
  action: string,
  journal: Journal,
  entry: JobEntry,
  values: JobsValues,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const job = entry.key.slice(0, SHOWN);
  try {
    if (action === "forget") {
      await forgetJob(journal, entry.key, { force: values.force });
      return { job, did: "may be sent again" };
    }
    const runner = await runnerOf(journal, entry, values);
    if (action === "cancel") {
      if (!await runner.cancel(entry.key)) {
        throw new Error(`not cancelled: it is ${jobFate(journal, entry)}, or it was too late`);
      }
      return { job, did: "cancelled" };
    }
    if (values.as !== undefined) await adoptJob(journal, entry.key, values.as);
    const { cached, id } = await runner.collect(entry.key, { deadlineMs: values.timeLimit, signal });
    return { job, did: cached ? "was answered already" : `answered (${id})` };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { job, error: error.message };
  }
}

async function runnerOf(journal: Journal, entry: JobEntry, values: JobsValues): Promise<JobRunner> {
  const made = readOrigin(journal.folder ?? "", entry.origin) ?? { name: entry.machine, options: {} };
  const protocol = await protocolOf(made, entry.url, values.module);
  const { pollMs, requestMs, settleMs } = machineOptions(`Cannot use ${entry.machine}`, made.options);
  return new JobRunner(protocol, journal, { pollMs, requestMs, settleMs });
}

async function protocolOf(
  { name, options }: { readonly name: string; readonly options: object },
  url: string,
  file: string | undefined,
): Promise<MachineProtocol> {
  const module: Readonly<Record<string, unknown>> = file === undefined
    ? machines
    : await import(new URL(file, `file://${Deno.cwd()}/`).href);
  const factory = Object.hasOwn(module, name) ? module[name] : undefined;
  if (typeof factory !== "function") {
    throw new Error(
      `there is no machine ${name} in ${file ?? "this package"}; give --module FILE that exports it`,
    );
  }
  const made: unknown = await factory({ ...options, url });
  if (typeof made !== "object" || made === null || !("protocol" in made)) {
    throw new Error(`${name}() of ${file ?? "this package"} makes no machine`);
  }
  return made.protocol as MachineProtocol;
}

function list(journal: Journal, folder: string, entries: readonly JobEntry[], values: JobsValues): JobsReport {
  const rows = entries.map((entry) => rowOf(journal, entry)).sort((a, b) =>
    STANDINGS.indexOf(a.state) - STANDINGS.indexOf(b.state) || (a.since < b.since ? 1 : -1)
  );
  const settled: readonly JobStanding[] = ["answered", "forgotten", "rejected", "cancelled"];
  const shown = values.all || values.state !== undefined ? rows : rows.filter(({ state }) => !settled.includes(state));
  const counts = STANDINGS.map((state) => [state, rows.filter((row) => row.state === state).length] as const)
    .filter(([, count]) => count > 0);
  const damage = journal.damage.map(({ kind, from, bytes, keptIn }) =>
    `${kind} line at byte ${from} of the journal, ${bytes} bytes${
      keptIn === undefined ? "" : `, put aside in ${keptIn}`
    }`
  );
  const unknown = rows.filter(({ state }) => state === "unknown").length;
  return {
    json: { folder, counts: Object.fromEntries(counts), jobs: shown, damage: journal.damage },
    lines: [
      `${rows.length} jobs in ${folder}${counts.length === 0 ? "" : ": "}${
        counts.map(([s, n]) => `${n} ${s}`).join(", ")
      }`,
      ...table(shown),
      ...damage,
      ...(unknown === 0 ? [] : [
        `${unknown} of unknown fate: look for the tag at the machine, then \`${COMMAND} resume JOB --as ID\` if it is there, ` +
        `\`${COMMAND} forget JOB\` if not`,
      ]),
    ],
    code: 0,
  };
}

function show(journal: Journal, folder: string, chosen: readonly JobEntry[]): JobsReport {
  const all = chosen.map((entry) => {
    const text = journal.answerText(entry);
    const answer = entry.answer &&
      { bytes: entry.answer.bytes, digest: entry.answer.digest, whole: text !== undefined };
    return {
      ...rowOf(journal, entry),
      key: entry.key,
      last: entry.at,
      answer: answer ?? null,
      made: readOrigin(folder, entry.origin) ?? null,
    };
  });
  const lines = all.flatMap((job) => [
    ...Object.entries(job).map(([name, value]) =>
      `${name.padEnd(9)}${typeof value === "object" ? JSON.stringify(value) : value}`
    ),
    "",
  ]);
  return { json: { folder, jobs: all }, lines, code: 0 };
}

function rowOf(journal: Journal, entry: JobEntry): JobRow {
  const { key, machine, url, tag, id, since, attempt, why, spent, cost } = entry;
  const times = spent.length;
  return {
    job: key.slice(0, SHOWN),
    state: jobFate(journal, entry),
    machine,
    url,
    tag,
    id: id ?? null,
    since,
    attempts: attempt,
    cost: { jobs: times * cost.jobs, seconds: times * cost.seconds, money: times * cost.money },
    why: why ?? null,
  };
}

function table(rows: readonly JobRow[]): string[] {
  if (rows.length === 0) return [];
  const cells = rows.map(({ job, state, machine, since, cost, id, tag, why }) => [
    job,
    state,
    machine,
    age(since),
    [
      `${cost.jobs} jobs`,
      ...(cost.seconds ? [`${cost.seconds} s`] : []),
      ...(cost.money ? [`${cost.money} money`] : []),
    ].join(" "),
    id ?? tag,
    why === null ? "" : why.length > 60 ? `${why.slice(0, 60)}...` : why,
  ]);
  const all = [["job", "state", "machine", "age", "cost", "at the machine", "why"], ...cells];
  const widths = all[0].map((_, c) => Math.max(...all.map((row) => row[c].length)));
  return all.map((row) => row.map((cell, c) => cell.padEnd(widths[c])).join("  ").trimEnd());
}

// a clock that was set back makes no job come from the future
function age(since: string): string {
  const seconds = Math.max(0, (Date.now() - Date.parse(since)) / 1000);
  const [size, unit] = seconds < 60
    ? [1, "s"]
    : seconds < 3600
    ? [60, "m"]
    : seconds < 86_400
    ? [3600, "h"]
    : [86_400, "d"];
  return `${Math.floor(seconds / Number(size))} ${unit}`;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
