/*
 * Question   Where do the plans stand that were handed in to a NATS server, who works on them, and what was given up?
 * Command    deno task status --nats nats://HOST:4222 [--once] [--json] [--cancel PLAN]
 * Cost       a request for each plan and worker, every two seconds in a terminal
 */
import { durationText, progressLine } from "../lib/display/mod.ts";
import { cancelNatsPlan, type NatsStatus, natsStatus, watchNats } from "../lib/experiments/mod.ts";
import { runCli, type Values } from "./_cli.ts";
import { interrupts } from "./_interrupts.ts";
import { natsNeeded, natsOptions } from "./_nats_cli.ts";

const COMMAND = "deno task status";
const SKEW_MS = 5000;
const SHOWN_OVER = 5;

/** The command line. */
export const cli = {
  command: COMMAND,
  summary:
    "Shows the plans that were handed in to a NATS server, the workers, what is left, and what was given up and why: live in a " +
    "terminal, until Ctrl-C; once into a pipe.",
  examples: [
    `${COMMAND} --nats nats://localhost:4222`,
    `${COMMAND} --nats nats://localhost:4222 --json`,
    `${COMMAND} --nats nats://localhost:4222 --cancel 1f2e3d4c   takes a plan back`,
  ],
  options: {
    ...natsOptions,
    once: { type: "boolean", help: "shows it once, in a terminal too" },
    cancel: { type: "string", help: "takes back what waits of this plan; what is under way stops at a checkpoint" },
    json: { type: "boolean", help: "prints one JSON object" },
  },
} as const;

/** What is shown, a line each: all plans that are not over, and the newest that are. */
export function statusLines({ plans, workers, away }: NatsStatus, columns = 200): string[] {
  const lines = away === undefined ? [] : [`the servers do not answer, this is of a while ago: ${away}`];
  const over = plans.filter(({ left }) => left === 0).slice(0, SHOWN_OVER);
  for (const { title, plan, priority, total, left, ended, failures, cancelled, done, etaMs } of plans) {
    if (left === 0 && !over.some((other) => other.plan === plan)) continue;
    const state = cancelled ? ", cancelled" : left === 0 ? ", over" : priority === "normal" ? "" : `, ${priority}`;
    const counts = `${ended} of ${total} done, ${left} left, ${failures.length} failed${state}`;
    lines.push(progressLine({ label: `${title} (${plan})`, done, etaMs: etaMs ?? NaN, detail: counts }, columns));
    for (const { key, attempts, reason } of failures) {
      lines.push(`  failed ${attempts === 1 ? "once" : `${attempts} times`}: ${key}: ${reason.replaceAll("\n", " ")}`);
    }
  }
  if (plans.length === 0) lines.push("no plan was handed in");
  for (const { worker, running, slots, done, data, refused, clockAheadMs } of workers) {
    const why = refused ? `, refused: ${refused}` : "";
    const sets = Object.keys(data).length === 0 ? "" : `, has ${Object.keys(data).join(", ")}`;
    lines.push(`worker ${worker}: ${running.length} of ${slots} at work, ${done} done${sets}${why}`);
    for (const { key, kind, label, etaMs } of running) {
      const left = etaMs === undefined || etaMs === null ? "" : `, ${durationText(etaMs)} left`;
      lines.push(`  ${label ?? `${kind} ${key}`}${left}`);
    }
    if (Math.abs(clockAheadMs) > SKEW_MS) {
      const way = clockAheadMs > 0 ? "ahead of" : "behind";
      lines.push(
        `  warning: its clock is ${
          durationText(Math.abs(clockAheadMs))
        } ${way} the server's; times in its records are off by that`,
      );
    }
  }
  if (workers.length === 0) lines.push("no worker is there: start one with deno task worker");
  return lines;
}

async function main(values: Values<typeof cli.options>): Promise<number> {
  const nats = { ...natsNeeded(values), name: "qama-status" };
  if (values.cancel !== undefined) {
    await cancelNatsPlan(nats, values.cancel);
    console.error(`${values.cancel} is cancelled`);
  }
  const live = Deno.stdout.isTerminal() && !values.once && !values.json;
  if (!live) {
    const status = await natsStatus(nats);
    console.log(values.json ? JSON.stringify(status) : statusLines(status).join("\n"));
    return 0;
  }
  for await (const status of watchNats({ ...nats, signal: interrupts() })) {
    const { columns, rows } = Deno.consoleSize();
    console.clear();
    console.log(statusLines(status, columns || 80).slice(0, Math.max(3, rows - 1)).join("\n"));
  }
  return 0;
}

if (import.meta.main) await runCli(cli, main);
