/*
 * Question   Is a job ever lost or sent twice, whatever the machine, the network and the client's own end do?
 * Command    deno run -A scripts/machine_soak.ts [--machine isingq|dwave] [--jobs 10000] [--kills 10] [--record FILE] [--json]
 * Cost       10,000 jobs with faults in a fifth of the requests and ten kills: some minutes on two cores, 300 MB
 * Expected   lost 0, accepted twice 0, files with the key 0, every answer re-energised
 */
import { codeVersion, describeMachine, writeWhole } from "qama/experiments";
import { runCli, stop, type Values } from "./_cli.ts";
import { canBeWritten } from "./_files.ts";
import { machineSoak } from "./_machine_soak.ts";

/** The command line. */
export const cli = {
  command: "deno run -A scripts/machine_soak.ts",
  summary:
    "Sends jobs through the emulator with faults on demand and kills the client in between; counts what was lost or sent twice.",
  examples: [
    "deno run -A scripts/machine_soak.ts --jobs 500 --kills 2",
    "deno run -A scripts/machine_soak.ts --machine dwave",
  ],
  options: {
    machine: {
      type: "string",
      choices: ["isingq", "dwave"],
      default: "isingq",
      help: "whose wire protocol",
    },
    jobs: { type: "integer", min: 1, default: 10_000, help: "different jobs" },
    kills: { type: "integer", min: 0, default: 10, help: "times that the client is killed with SIGKILL" },
    faults: { type: "string", default: "all:0.2", help: "as the emulator takes them" },
    concurrency: { type: "integer", min: 1, default: 16, help: "jobs at once" },
    seed: { type: "integer", min: 0, default: 1, help: "of models, faults and kills" },
    record: { type: "string", help: "file for the record" },
    json: { type: "boolean", help: "prints one JSON object" },
  },
} as const;

async function main(values: Values<typeof cli.options>): Promise<void> {
  const machine = values.machine === "dwave" ? "dwave" : "isingq";
  if (values.record !== undefined) await canBeWritten(values.record);
  const startedAt = new Date().toISOString();
  const { jobs, kills, faults, concurrency, seed } = values;
  const report = await machineSoak({
    ...{ machine, jobs, kills, faults, concurrency, seed },
    say: (line) => values.json || console.log(line),
  });
  if (values.record !== undefined) {
    const about = { experiment: "machine-soak", startedAt, machine: describeMachine(), code: await codeVersion() };
    await writeWhole(values.record, `${JSON.stringify({ ...about, report }, null, 1)}\n`);
  }
  console.log(JSON.stringify(report, null, values.json ? 0 : 1));
  const { lost, acceptedTwice, filesWithKey, reEnergised } = report;
  if (lost + acceptedTwice + filesWithKey > 0 || reEnergised !== jobs) {
    stop("a job was lost, taken twice, or the key was seen");
  }
}

if (import.meta.main) await runCli(cli, main);
