/*
 * Question   How good and how fast are our samplers on published instances, beside the libraries that people use?
 * Command    deno task leaderboard [--quick] [--only SECTIONS]; for the peers, deno task peers:install before it
 * Cost       quick: under ten minutes; full: several hours, and it goes on where it was interrupted
 * Expected   the numbers wanted and what was measured stand at the top of results/leaderboard/README.md; times depend on the
 *            machine and on what else it does, ratios and counts less so
 */
import { fileURLToPath } from "node:url";
import { writeWhole } from "../lib/experiments/mod.ts";
import { runCli, stop, UsageError, type Values } from "./_cli.ts";
import { explain } from "./_cli_errors.ts";
import { interrupts } from "./_interrupts.ts";
import { dataFolder } from "./_leaderboard_instances.ts";
import { leaderboardPage, renderLeaderboard } from "./_leaderboard_page.ts";
import { SECTIONS } from "./_leaderboard_plan.ts";
import { publishLeaderboard, readLeaderboard } from "./_leaderboard_records.ts";
import { runLeaderboard, type RunOutcome } from "./_leaderboard_run.ts";
import { natsFrom, submitOptions } from "./_nats_cli.ts";
import { stderrProgress } from "./_terminal.ts";
import { staleFiles } from "./_publish_results.ts";

const PAGE = "page.html";

/** The command line. */
export const cli = {
  command: "deno task leaderboard",
  summary:
    "Runs our samplers, and the peers where deno task peers:install has put them, on the published instances of the data folder; " +
    "keeps a record of every measurement and renders README.md, figures and page.html from them. What has a record is not measured " +
    "again. Measures times: leave the machine alone meanwhile.",
  examples: [
    "deno task leaderboard --quick",
    "deno task leaderboard --only sk-tts,rate",
    "deno task leaderboard --render --check",
  ],
  options: {
    quick: { type: "boolean", help: "a few minutes in place of hours; the page says what it leaves out" },
    only: { type: "list", help: "sections to run", choices: SECTIONS.map(({ name }) => name) },
    contestants: { type: "list", help: "only those whose names contain one of these words" },
    instances: { type: "list", help: "only those of these names" },
    seeds: { type: "integer", help: "seeds of the runs to the best known value, at most", default: 3, min: 1 },
    render: { type: "boolean", help: "measures nothing, renders the records there are" },
    check: {
      type: "boolean",
      help: "with --render: writes nothing; fails if a rendered file differs from what the records give",
    },
    out: {
      type: "string",
      help:
        "the folder of records and page [out/leaderboard-quick or -full; with --render the published results/leaderboard]",
    },
    publish: {
      type: "string",
      help: "nothing is measured: writes the records of the folder, compressed, into this one of results/",
    },
    dataDir: { type: "string", help: "the folder of ising/, gset/ and qubo/ [QAMA_DATA_DIR, or ../shared/data]" },
    ...submitOptions,
    json: { type: "boolean", help: "prints one JSON object with the numbers wanted and what was measured" },
  },
} as const;
const inRepository = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

async function main(values: Values<typeof cli.options>): Promise<number> {
  if (values.check && !values.render) throw new UsageError("--check goes with --render");

  const profile = values.quick ? "quick" : "full";
  const folder = values.out ?? inRepository(values.render ? "results/leaderboard" : `out/leaderboard-${profile}`);

  if (values.publish !== undefined) return await publish(folder, values.publish);
  const outcome = values.render ? undefined : await measure(values, folder);
  const rendered = renderLeaderboard(await readLeaderboard(folder));
  if (values.check) {
    const stale = await staleFiles(folder, rendered.files);
    if (stale.length > 0) stop(`${stale.join(", ")} differ from the records: run deno task leaderboard --render`, 1);
    console.log(`${rendered.files.size} files are what the records give`);
    return 0;
  }
  for (const [name, text] of rendered.files) await writeWhole(`${folder}/${name}`, text);
  await writeWhole(`${folder}/${PAGE}`, await leaderboardPage(rendered));
  if (values.json) console.log(JSON.stringify({ folder, ...outcome, verdicts: rendered.verdicts }));
  else {
    for (const { wanted, measured, state } of rendered.verdicts) {
      console.log(`${state.padEnd(12)}  ${wanted}: ${measured}`);
    }
    if (outcome !== undefined) {
      console.log(`measured ${outcome.measured}, known before ${outcome.known}, failed ${outcome.failed}`);
      if (outcome.absent.length > 0) console.log(`not here: ${outcome.absent.join(", ")}`);
    }
    console.log(`rendered: ${folder}/README.md, ${folder}/${PAGE}`);
  }
  if (outcome?.interrupted) return 130;
  return outcome !== undefined && outcome.failed > 0 ? 1 : 0;
}

/** Writes the records of a folder into one to be published. */
async function publish(from: string, folder: string): Promise<number> {
  const records = await readLeaderboard(from);
  if (records.cells.length === 0) stop(`there is no record in ${from}`, 1);
  await Deno.mkdir(folder, { recursive: true });
  const names = await publishLeaderboard(folder, records);
  console.log(`${records.cells.length} records are in ${names.map((name) => `${folder}/${name}`).join(", ")}`);
  return 0;
}

/** Measures what has no record yet. */
async function measure(values: Values<typeof cli.options>, folder: string): Promise<RunOutcome> {
  const progress = stderrProgress();
  const signal = interrupts();
  const started = performance.now();
  const data = dataFolder(values.dataDir);
  const nats = natsFrom(values);
  const onLine = (line: string) => progress.line(line);
  try {
    return await runLeaderboard({
      data,
      folder,
      cache: inRepository(".cache/leaderboard"),
      profile: values.quick ? "quick" : "full",
      sections: SECTIONS.filter(({ name }) => values.only?.includes(name) ?? true),
      seeds: values.seeds,
      contestants: values.contestants ?? [],
      instances: values.instances ?? [],
      signal,
      ...nats === null ? {} : { nats: { ...nats, priority: values.priority, onLine } },
      onCell(done, total, cell) {
        const etaMs = done === 0 ? NaN : (performance.now() - started) * (total - done) / done;
        const detail = `${done + 1}/${total} ${cell.instance} ${cell.contestant}`;
        progress.update({ label: cell.section, done: done / total, etaMs, detail });
      },
    });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
    throw new Error(
      `Cannot find the published instances in ${data} (${explain(error)}); set QAMA_DATA_DIR or give --data-dir`,
      { cause: error },
    );
  } finally {
    progress.end();
  }
}

if (import.meta.main) await runCli(cli, main);
