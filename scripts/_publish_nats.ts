import { reportPage, type ReportSection, sectionsMarkdown } from "../lib/display/mod.ts";
import { ifThere } from "./_files.ts";
import type { NatsRateReport } from "./_nats_rate.ts";
import type { NatsRealReport } from "./_nats_real.ts";
import type { NatsSoakReport } from "./_nats_soak.ts";
import { thousandWorkers } from "./_nats_thousand.ts";
import { filesIn, type PublishedPart } from "./_published_part.ts";

/** The part of the results folder that holds what was done to the NATS queue. */
const NATS_FOLDER = "nats";

/** What `deno task nats-soak --record` wrote, of one part or several. */
export interface NatsRecord {
  readonly startedAt: string;
  readonly machine: { readonly cpu: string; readonly cores: number };
  readonly soak?: NatsSoakReport;
  readonly real?: NatsRealReport;
  readonly rate?: NatsRateReport;
}

/** Renders what is in the results folder about the NATS queue; null where there is nothing. */
export async function renderNats(folder: string): Promise<PublishedPart | null> {
  const read = (part: string) =>
    ifThere(async () => JSON.parse(await Deno.readTextFile(`${folder}/${NATS_FOLDER}/${part}.json`)) as NatsRecord);
  const [soak, real, rate] = await Promise.all(["soak", "real", "rate"].map(read));
  if (soak?.soak === undefined) return null;
  const title = "More than one machine: what the NATS queue stands, and costs";
  const sections: ReportSection[] = [soakSection(soak.soak)];
  if (real?.real !== undefined) sections.push(realSection(real.real));
  if (rate?.rate !== undefined) sections.push(rateSection(rate.rate, rate.machine));
  if (rate?.rate !== undefined && real?.real !== undefined) sections.push(thousandWorkers(rate.rate, real.real));
  const command = "deno task nats-soak --record FILE, by parts: --only soak|real|rate";
  const link = `results/${NATS_FOLDER}`;
  return {
    files: filesIn(
      NATS_FOLDER,
      new Map([
        ["index.html", reportPage(sections, { title, command, plotly: null })],
        ["README.md", `# ${title}\n\n${sectionsMarkdown(sections)}\nMade by \`${command}\`.\n`],
      ]),
    ),
    block: `${summary(soak.soak)} Troubles, costs and a plan for a thousand workers: [${link}](${link}/README.md).\n`,
  };
}

function summary({ tasks, troubles, lost, countedTwice, wrong, dead, runs, equalRuns }: NatsSoakReport): string {
  return `${
    tasks.toLocaleString("en")
  } tasks and ${runs} runs on three servers, ${troubles.length} times something was killed, cut or ` +
    `full: ${lost} lost, ${countedTwice} counted twice, ${wrong} wrong, ${dead.length} given up; ${equalRuns} of ${runs} records ` +
    "are those of a local run.";
}

function soakSection(report: NatsSoakReport): ReportSection {
  const { hosts, server, ms, left, troubles, submissions, records, waiting, complaints, elapsedMs } = report;
  const said = Object.entries(complaints).flatMap(([name, lines]) =>
    lines.map((line) => `Server ${name} wrote: ${line}.`)
  );
  return {
    title: "Killed, cut, full",
    paragraphs: [
      `${
        summary(report)
      } One computer with hosts that are none (${hosts}), ${server}, streams of three copies. Tasks of ` +
      `${ms} ms, handed in by two submitters at the same time, ${submissions} times in all: what was away when it was asked is ` +
      "asked again.",
      `${
        records.toLocaleString("en")
      } records in the store, each written once; ${waiting} tasks to be handed out or under way at the end` +
      `${left > 0 ? `, ${left} that were acknowledged and that the servers keep all the same` : ""}; ` +
      `${(elapsedMs / 1000).toFixed(0)} s in all.`,
    ],
    tables: [{
      columns: [{ title: "what was done" }, { title: "tasks done before", align: "right" }, {
        title: "and after",
        align: "right",
      }],
      rows: troubles.map(({ what, after, until }) => [what, `${after}`, `${until}`]),
    }],
    notes: said,
  };
}

function realSection({ command, runs, equalRuns, workersKilled }: NatsRealReport): ReportSection {
  return {
    title: "Trainings",
    paragraphs: [
      `${equalRuns} of ${runs} trainings by \`${command}\` on two hosts and three servers, with ${workersKilled} worker killed ` +
      "after its first record, have the record that the same command makes without servers, by its digest.",
    ],
  };
}

function rateSection({ loopback, hosts, gain }: NatsRateReport, { cpu, cores }: NatsRecord["machine"]): ReportSection {
  const { tasks, elapsedMs, overheadMs, processorMs } = loopback;
  const { server, worker, submitter } = processorMs;
  return {
    title: "What a task costs",
    paragraphs: [
      `${
        tasks.toLocaleString("en")
      } tasks that compute for one millisecond by a worker of one slot, server, worker and submitter on one host: ` +
      `${(elapsedMs / tasks).toFixed(2)} ms a task, ${
        overheadMs.toFixed(2)
      } ms above that millisecond. Processor time a task, ` +
      `the millisecond included: server ${server.toFixed(2)} ms, worker ${worker.toFixed(2)} ms, submitter ${
        submitter.toFixed(2)
      } ms (${cpu}, ` +
      `${cores} cores, other work beside it).`,
      `Two hosts do ${gain.toFixed(2)} times as many tasks in a second as one: tasks that wait, ` +
      "for the hosts share the cores of one computer; tasks that compute gain no more than there are cores.",
    ],
    tables: [{
      columns: [{ title: "hosts, in the order in which they were measured", align: "right" }, {
        title: "tasks",
        align: "right",
      }, {
        title: "ms a task of 50 ms",
        align: "right",
      }],
      rows: hosts.map(({ workers, tasks, elapsedMs }) => [`${workers}`, `${tasks}`, (elapsedMs / tasks).toFixed(1)]),
    }],
  };
}
