/*
 * Question   Does the emulator outlive hostile callers, with its memory bounded and honest jobs answered?
 * Command    deno run -A scripts/soak_emulator.ts [--requests 10000] [--connections 1000] [--record FILE] [--json]
 * Cost       about a minute a machine, six machines
 * Expected   every honest job answered rightly, every connection of the crowd answered, resident memory after the last machine less
 *            than 128 MiB above that after the first
 */
import { EMULATED_MACHINES, type EmulatedMachine, startEmulator } from "../lib/machine/mod.ts";
import { randomSampler } from "../lib/samplers/mod.ts";
import { codeVersion, describeMachine, writeWhole } from "../lib/experiments/mod.ts";
import { runCli, stop, type Values } from "./_cli.ts";
import { canBeWritten } from "./_files.ts";
import { honestJobs, type HonestReport } from "./_soak_honest.ts";
import { crowd, type CrowdReport } from "./_soak_crowd.ts";
import { soak, type SoakReport, type Target } from "./_soak_attacks.ts";

const MIB = 2 ** 20;
const LIMIT_MIB = 128;

/** The command line. */
export const cli = {
  command: "deno run -A scripts/soak_emulator.ts",
  summary: "Attacks the emulator with hostile requests and with many connections at a time, and measures its memory.",
  examples: ["deno run -A scripts/soak_emulator.ts --machine isingq --requests 1000 --connections 100"],
  options: {
    machine: { type: "list", choices: EMULATED_MACHINES, help: "which machines; all six where it is not given" },
    requests: { type: "integer", min: 1, default: 10_000, help: "hostile requests a machine" },
    connections: { type: "integer", min: 1, default: 1000, help: "connections at a time" },
    seed: { type: "integer", min: 0, default: 1, help: "of the requests" },
    record: { type: "string", help: "file for the record" },
    json: { type: "boolean", help: "prints one object" },
    attack: { type: "string", help: "used by the command itself: sends the requests from a process of its own" },
  },
} as const;

interface Attacked extends SoakReport {
  readonly honest: HonestReport;
  readonly crowd: CrowdReport;
}

const memory = () => {
  const { rss, heapUsed, external } = Deno.memoryUsage();
  return {
    rssMiB: Math.round(rss / MIB),
    heapMiB: Math.round(heapUsed / MIB),
    externalMiB: Math.round(external / MIB),
  };
};

async function main(values: Values<typeof cli.options>): Promise<void> {
  if (values.attack !== undefined) {
    // the process of the attackers
    const { machine, ...target }: Target & { machine: EmulatedMachine } = JSON.parse(values.attack);
    const until = new AbortController();
    const honest = honestJobs(target, machine, until.signal);
    const report = await soak(target, {
      requests: values.requests,
      concurrency: 64,
      seed: values.seed,
      lingerMs: 4000,
    });
    until.abort();
    const attacked: Attacked = {
      ...report,
      honest: await honest,
      crowd: await crowd(target.hostname, target.port, values.connections),
    };
    console.log(JSON.stringify(attacked));
    return;
  }
  if (values.record !== undefined) await canBeWritten(values.record);
  const startedAt = new Date().toISOString();
  const rows: { after: { rssMiB: number }; attacked: Attacked }[] = [];
  for (const machine of values.machine ?? EMULATED_MACHINES) {
    const before = memory();
    let mostRss = 0;
    const watch = setInterval(() => mostRss = Math.max(mostRss, Deno.memoryUsage().rss), 50);
    const emulator = await startEmulator({
      ...{ machine, sampler: randomSampler(), seed: values.seed },
      limits: { requestMs: 3000, idleMs: 5000, memoryBytes: LIMIT_MIB * MIB, bodyBytes: 8 * MIB, keepMs: 5000 },
    });
    const { hostname, port } = new URL(emulator.url);
    const target = { machine, hostname, port: Number(port), key: emulator.key };
    const started = performance.now();
    const { stdout, success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", new URL(import.meta.url).pathname, "--attack", JSON.stringify(target)]
        .concat([
          "--requests",
          `${values.requests}`,
          "--seed",
          `${values.seed}`,
          "--connections",
          `${values.connections}`,
        ]),
      ...{ stdout: "piped", stderr: "inherit" },
    }).output();
    const seconds = (performance.now() - started) / 1000;
    if (!success) throw new Error(`Cannot attack ${machine}: the attackers gave up`);
    const attacked: Attacked = JSON.parse(new TextDecoder().decode(stdout));
    const { stats } = emulator;
    await emulator.close();
    clearInterval(watch);
    const row = { machine, seconds, before, after: memory(), mostRssMiB: Math.round(mostRss / MIB), attacked, stats };
    rows.push(row);
    if (values.json) continue;
    const { honest, statuses, crowd: many } = attacked;
    console.log(
      `${machine}: ${attacked.requests} hostile requests in ${seconds.toFixed(0)} s, replies ${
        JSON.stringify(statuses)
      }\n` +
        `  honest jobs ${honest.right} of ${honest.sent} right; ${many.answered} of ${many.connections} connections answered\n` +
        `  before ${JSON.stringify(before)}, after ${JSON.stringify(row.after)}, most ${row.mostRssMiB} MiB resident;` +
        ` held at most ${(stats.mostHeldBytes / MIB).toFixed(1)} MiB; ${stats.connections.cut} connections cut`,
    );
  }
  if (values.json) console.log(JSON.stringify({ rows }));
  if (values.record !== undefined) {
    const about = { experiment: "emulator-soak", startedAt, machine: describeMachine(), code: await codeVersion() };
    await writeWhole(values.record, `${JSON.stringify({ ...about, rows }, null, 1)}\n`);
  }
  const wrong = rows.some(({ attacked: { honest, crowd: many } }) =>
    honest.right !== honest.sent || many.answered !== many.connections
  );
  const growthMiB = rows[rows.length - 1].after.rssMiB - rows[0].after.rssMiB;
  if (wrong || growthMiB > LIMIT_MIB) {
    stop(`an honest caller was not answered rightly, or memory grew: by ${growthMiB} MiB after the first machine`);
  }
}

if (import.meta.main) await runCli(cli, main);
