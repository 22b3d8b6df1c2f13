/*
 * Question   Is a task of the NATS queue ever lost or counted twice, whatever workers, servers, networks and disks do? What does a
 *            task cost beside its work, and what do two hosts gain?
 * Command    deno task nats-soak [--tasks 4000] [--kills 6] [--only soak|real|rate] [--data-dir DIR] [--record FILE] [--json]
 * Cost       soak about three minutes, rate about two, on two cores; Linux, root, iproute2 and nats-server
 * Expected   lost 0, counted twice 0, wrong 0, given up 0, every record that of the local run
 */
import { codeVersion, describeMachine, writeWhole } from "qama/experiments";
import { runCli, stop, UsageError, type Values } from "./_cli.ts";
import { canBeWritten } from "./_files.ts";
import { whyNoHosts } from "./_nats_hosts.ts";
import { natsRate } from "./_nats_rate.ts";
import { natsReal } from "./_nats_real.ts";
import { natsSoak } from "./_nats_soak.ts";

const COMMAND = "deno task nats-soak";
const PARTS = ["soak", "real", "rate"] as const;

/** The command line. */
export const cli = {
  command: COMMAND,
  summary:
    "Hands tasks in to three NATS servers on network namespaces, kills workers, a server and a submitter, cuts networks and fills " +
    "a disk meanwhile, and counts what was lost or counted twice; measures what a task costs beside its work.",
  examples: [`${COMMAND} --tasks 1000 --kills 2`, `${COMMAND} --only rate --record rate.json`],
  options: {
    only: { type: "list", choices: PARTS, help: "which parts; where it is not given, all that can be" },
    dataDir: { type: "string", help: "folder of MNIST, for the part real" },
    tasks: {
      type: "integer",
      min: 100,
      default: 4000,
      help: "tasks of the soak, handed in twice; more until troubles end",
    },
    ms: { type: "integer", min: 1, max: 60_000, default: 20, help: "time of each, ms" },
    kills: { type: "integer", min: 0, default: 6, help: "workers that are killed" },
    awayMs: { type: "integer", min: 100, default: 4000, help: "how long a server, a cable or a disk is away, ms" },
    probes: { type: "integer", min: 100, default: 10_000, help: "tasks of one millisecond of the rate" },
    seed: { type: "integer", min: 0, default: 1, help: "of the kills" },
    record: { type: "string", help: "file for the record" },
    json: { type: "boolean", help: "prints one JSON object" },
  },
} as const;

async function main(values: Values<typeof cli.options>): Promise<void> {
  const { tasks, ms, kills, awayMs, seed, probes, record, json } = values;
  const parts = values.only ?? PARTS;
  if (values.only?.includes("real") && values.dataDir === undefined) {
    throw new UsageError("The part real trains on MNIST: say where it is by --data-dir");
  }
  const why = await whyNoHosts();
  if (why !== null) stop(`hosts cannot be made here: ${why}`);
  if (record !== undefined) await canBeWritten(record);
  const startedAt = new Date().toISOString();
  const say = (line: string) => json || console.error(line);
  const soak = parts.includes("soak") ? await natsSoak({ tasks, ms, kills, awayMs, seed, say }) : undefined;
  const { dataDir } = values;
  const real = parts.includes("real") && dataDir !== undefined ? await natsReal({ dataDir, say }) : undefined;
  const rate = parts.includes("rate") ? await natsRate({ probes, say }) : undefined;
  const report = { ...soak && { soak }, ...real && { real }, ...rate && { rate } };
  if (record !== undefined) {
    const about = { experiment: "nats-soak", startedAt, machine: describeMachine(), code: await codeVersion() };
    await writeWhole(record, `${JSON.stringify({ ...about, ...report }, null, 1)}\n`);
  }
  console.log(JSON.stringify(report, null, json ? 0 : 1));
  if (real !== undefined && real.equalRuns !== real.runs) stop("a record is not that of the local run");
  if (soak === undefined) return;
  const { lost, wrong, dead, countedTwice, waiting, runs, equalRuns } = soak;
  if (lost + wrong + dead.length + countedTwice + waiting > 0 || equalRuns !== runs) {
    stop("a task was lost, wrong, given up or counted twice, or a record is not that of the local run");
  }
}

if (import.meta.main) await runCli(cli, main);
