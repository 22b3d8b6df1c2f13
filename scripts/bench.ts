/**
 * Question: how fast are a training step, the annealing of attention heads, and one long problem, against what they replace?
 * Command: `deno task bench [--only step,heads,published,length,crossing,selected,gaps,jobs,circuits] [--peer torch|lightning] [--rounds N] [--json]`
 * Cost: about a minute on two cores, 300 MiB; with --peer torch, which runs alone unless --only is given too, half a minute;
 * --peer lightning takes two minutes;
 * crossing, selected and gaps run only if they are named: a minute a round and 2 GiB; half a minute a round and 1.4 GiB; two minutes
 * and 0.5 GiB. jobs, named too: half a minute.
 * Expected (ratios of medians, one run, order turned round): stock tfjs / mha >= 4; qamaV2 / mha <= 1.1;
 * qamaSelected / mha <= 1.4; one worker / two >= 1.7; 128 x (8 x 49) heads at 20 sweeps <= 20 ms; the energy of the published
 * schedule in a tenth of its time; 65,536 tokens x 8 heads at 50 sweeps below 1 s and 64 MiB, exponents near 1. One step of ours
 * over PyTorch's: mha <= 1.8, qamaV2 <= 1.3. Crossing: the factored qamaV2 over softmax <= 1.2 at 512 tokens, below 1 from 2,048 on.
 * Jobs: what a job at a machine costs beside its bare requests, 16 at once on loopback: below 2 ms.
 * Gaps: TypeScript over WASM >= 3 for each product (measured 3.6 to 22); at 20 spins a product of the transverse field in 5 ms, of the
 * Glauber chain in 22 ms, its whole gap in 10 s and 0.3 GiB; the sweep over s at 18 spins below a minute, with fields and without.
 * Circuits, named too, seconds: a gate on 16 qubits moves its state at no less than a third of the rate at which memory is copied
 * (measured twice that rate: the state stays in the cache); a gradient of 400 angles takes four to five runs.
 */
import {
  CIRCUIT_PEER_SCHEMA,
  type CircuitPeerRecord,
  circuitPeerReport,
  codeVersion,
  describeMachine,
  type SelectedBench,
  writeWhole,
} from "qama/experiments";
import { benchHeads, benchLength, benchPublished } from "./_bench_annealing.ts";
import { benchCircuits } from "./_bench_circuits.ts";
import { benchCrossing, lengthRecord } from "./_bench_crossing.ts";
import { benchGaps, benchProducts } from "./_bench_gaps.ts";
import { benchJobs } from "./_bench_jobs.ts";
import { benchSelected, selectedRecord } from "./_bench_selected.ts";
import { benchStep } from "./_bench_step.ts";
import { benchLightning } from "./_bench_lightning.ts";
import { benchTorch } from "./_bench_torch.ts";
import { runCli, stop, UsageError, type Values } from "./_cli.ts";
import { canBeWritten } from "./_files.ts";
import { importable, peersFolder, PENNYLANE } from "./_peers.ts";

const BENCHMARKS = ["step", "heads", "published", "length"];

/** The command line. */
export const cli = {
  command: "deno task bench",
  summary: "Times what the workbench promises, each figure beside the one it is measured against.",
  examples: ["deno task bench --only heads,published", "deno task bench --json > bench.json"],
  options: {
    only: {
      type: "list",
      help: `which benchmarks [${BENCHMARKS.join(",")}; none with --peer]`,
      choices: [...BENCHMARKS, "crossing", "selected", "gaps", "jobs", "circuits"],
    },
    record: {
      type: "string",
      help: "writes what crossing or selected measured into this file: results/bench/length.json; " +
        "or --peer lightning: results/circuits/peer.json",
    },
    peer: {
      type: "string",
      help:
        "times in turns, one thread each: the training step beside PyTorch's, circuits beside PennyLane's lightning.qubit",
      choices: ["torch", "lightning"],
    },
    rounds: { type: "integer", help: "counted rounds of each", default: 15, min: 1 },
    json: { type: "boolean", help: "print one JSON object" },
  },
} as const;

/** What a record says of its run. */
type RecordedBench = Pick<SelectedBench, "machine" | "code" | "startedAt" | "rounds">;

async function main(options: Values<typeof cli.options>): Promise<void> {
  const say = (text = "") => options.json || console.log(text);
  const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
  const line = (name: string, { min, median }: { min: number; median: number }, rest = "") =>
    say(`  ${name.padEnd(30)} min ${ms(min).padStart(9)}   median ${ms(median).padStart(9)}   ${rest}`);
  const only = options.only ?? (options.peer ? [] : BENCHMARKS);
  if (options.peer === "lightning" && !(await importable([PENNYLANE.module]))[0]) {
    stop(
      `PennyLane is not in ${peersFolder()}: install it there with "deno task peers:install --with-pennylane"`,
    );
  }
  if (options.peer === "torch" && !(await importable(["torch"]))[0]) {
    stop(`PyTorch is not in ${peersFolder()}: install it there with "deno task peers:install --with-torch"`);
  }
  const recorded = [only.includes("crossing"), only.includes("selected"), options.peer === "lightning"];
  if (options.record !== undefined && recorded.filter(Boolean).length !== 1) {
    throw new UsageError("--record needs --only crossing, --only selected or --peer lightning, and one of them alone");
  }
  if (options.record !== undefined) await canBeWritten(options.record);
  const startedAt = new Date().toISOString();
  const aboutRun = async (rounds: number): Promise<RecordedBench> => (
    { machine: describeMachine(), code: await codeVersion(), startedAt, rounds }
  );
  // crossing or selected, not both
  const keep = async (rounds: number, recordOf: (about: RecordedBench) => object) => {
    if (options.record === undefined) return;
    await writeWhole(options.record, `${JSON.stringify(recordOf(await aboutRun(rounds)), null, 1)}\n`);
  };
  const results: Record<string, unknown> = { machine: describeMachine(), rounds: options.rounds };
  say(JSON.stringify(results.machine));

  if (only.includes("step")) {
    const step = results.step = await benchStep(options.rounds);
    say(`\nTraining step, SimpleViT, batch 128 (${step.backend}, one thread)`);
    for (const [name, timing] of Object.entries(step.times)) line(name, timing);
    for (const [name, value] of Object.entries(step.ratios)) say(`  ${name.padEnd(30)} ${value.toFixed(2)} x`);
  }
  if (options.peer === "lightning") {
    const peer = results.lightning = await benchLightning(options.rounds);
    say(
      `\nCircuits of ${peer.qubits} qubits, complex128, one thread each: ours, and PennyLane ${peer.pennylane}, lightning.qubit ${peer.lightning}`,
    );
    for (const { what, how, ours, typescript, peer: theirs } of peer.rows) {
      say(`  ${what}${how === "state" ? "" : ", as a user calls it"}`);
      line("  ours", ours);
      line("  lightning.qubit", theirs, `lightning / ours ${(theirs.median / ours.median).toFixed(2)} x`);
      line("  TypeScript twin", typescript, `twin / ours ${(typescript.median / ours.median).toFixed(1)} x`);
    }
    const record: CircuitPeerRecord = { schema: CIRCUIT_PEER_SCHEMA, ...peer, ...await aboutRun(options.rounds) };
    for (const text of circuitPeerReport(record).findings) say(`  - ${text}`);
    if (options.record !== undefined) await writeWhole(options.record, `${JSON.stringify(record)}\n`);
  }
  if (options.peer === "torch") {
    const peer = results.torch = await benchTorch(options.rounds);
    const annealer = peer.compiler ? `annealing compiled by ${peer.compiler}` : "no C++ compiler: qamaV2 left out";
    say(
      `\nTraining step, SimpleViT, batch 128, one thread each: ours, and PyTorch ${peer.torch} (${peer.attention}, ${annealer})`,
    );
    for (const row of peer.rows) {
      line(row.operator, row.ours);
      line(`${row.operator}, PyTorch`, row.torch, `ours / PyTorch ${row.ratio.toFixed(2)} x`);
    }
  }
  if (only.includes("heads")) {
    const heads = results.heads = benchHeads(options.rounds);
    say("\nAnnealing 128 x (8 heads x 49 tokens), width 8, 20 sweeps, one core, problem checked and energies included");
    for (const row of heads) line(row.solver, row, `mean energy ${row.meanEnergy.toFixed(1)}`);
  }
  if (only.includes("published")) {
    const { rows } = results.published = benchPublished(options.rounds);
    say(
      "\nThe same heads: publishedSchedule, incremental, TypeScript, against annealedSelection with 1 sweep on both kernels",
    );
    for (const row of rows) {
      const { min, median } = row.timeRatio;
      line(row.solver, row, `mean energy ${row.meanEnergy.toFixed(1)}   time ${min.toFixed(3)} (${median.toFixed(3)})`);
    }
  }
  if (only.includes("length")) {
    const length = results.length = await benchLength(Math.min(3, options.rounds));
    say("\nOne problem of 8 heads, width 8, 50 sweeps, factored, one core; memory beyond the inputs");
    for (const row of length.rows) {
      line(`${row.tokens.toLocaleString("en")} tokens`, row, `${row.mebibytes.toFixed(1)} MiB`);
    }
    say(`  time ~ N^${length.timeExponent.toFixed(2)}, memory ~ N^${length.memoryExponent.toFixed(2)}`);
  }
  if (only.includes("crossing")) {
    const rounds = Math.min(3, options.rounds);
    const rows = results.crossing = benchCrossing(rounds);
    say("\nAttention block, forward, solve and backward, 24 texts one by one, width 64, 20 sweeps, one thread");
    for (const { method, tokens, heads, stepMs, bytes, touchedBytes } of rows) {
      const softmax = rows.find((row) => row.method === "softmax" && row.tokens === tokens && row.heads === heads)!;
      const size = `${heads} x ${tokens.toLocaleString("en")}`.padEnd(10);
      const memory = `${(bytes / 2 ** 20).toFixed(1)} MiB, ${(touchedBytes / 2 ** 20).toFixed(1)} touched`;
      say(
        `  ${size}${method.padEnd(17)}${ms(stepMs).padStart(11)}   ${
          (stepMs / softmax.stepMs).toFixed(3)
        } x   ${memory}`,
      );
    }
    await keep(rounds, (about) => lengthRecord(rows, about));
  }
  if (only.includes("selected")) {
    const rounds = Math.min(5, options.rounds);
    const rows = results.selected = benchSelected(rounds);
    say("\nSoftmax over all keys and over a share of them, forward and backward, one text, width 64, one thread");
    say("  speed-up of reading, and with the annealing (20 sweeps, factored) that chooses as many keys");
    for (const row of rows) {
      const { method, tokens, heads, share, readMs, solveMs, gigaflop, megaexp, bytes } = row;
      const softmax = rows.find((other) =>
        other.method === "softmax" && other.tokens === tokens && other.heads === heads
      )!;
      const size = `${heads} x ${tokens.toLocaleString("en")}`.padEnd(10);
      say(
        `  ${size}${`${method} ${(100 * share).toFixed(0)} %`.padEnd(15)}${ms(readMs).padStart(11)}   ${
          row.speedUp.toFixed(2).padStart(5)
        } x   solved ${ms(solveMs).padStart(8)} ${(softmax.readMs / (readMs + solveMs)).toFixed(2).padStart(5)} x   ${
          gigaflop.toFixed(2)
        } Gflop at ${(gigaflop / readMs * 1e3).toFixed(1)} Gflop/s   ${megaexp.toFixed(1)} Mexp   ${
          (bytes / 2 ** 20).toFixed(1)
        } MiB`,
      );
    }
    await keep(rounds, (about) => selectedRecord(rows, about));
  }
  if (only.includes("gaps")) {
    const products = benchProducts(options.rounds);
    say("\nOne product over the 2^n states, one core");
    for (const { product, n, wasm, typescript, ratio } of products) {
      line(`${product}, ${n} spins`, wasm, `TypeScript ${ms(typescript.median).padStart(9)}   ${ratio.toFixed(2)} x`);
    }
    say("\nGaps, couplings normal of variance 1 / n, fields normal of deviation 0.3, one core");
    const gaps = benchGaps(({ what, n, seconds, products, residual, mebibytes }) =>
      say(
        `  ${`${what}, ${n} spins`.padEnd(40)} ${seconds.toFixed(1).padStart(6)} s   ${products} products   ` +
          `${mebibytes.toFixed(0)} MiB   residual ${residual.toExponential(1)}`,
      )
    );
    results.gaps = { products, gaps };
  }
  if (only.includes("jobs")) {
    const { jobs, concurrency, variables, rounds } = results.jobs = await benchJobs(Math.min(3, options.rounds));
    say(
      `\n${jobs} jobs of ${variables} variables at the emulator (isingq, loopback, its own process), ${concurrency} at once, ms a job`,
    );
    for (const { samplerMs, bareMs, overheadMs, samplerCpuMs, bareCpuMs, cachedMs } of rounds) {
      const cpu = `processor ${samplerCpuMs.toFixed(2)} and ${bareCpuMs.toFixed(2)}`;
      say(
        `  through isingQ() ${samplerMs.toFixed(2)}   bare requests ${bareMs.toFixed(2)}   ours ${
          overheadMs.toFixed(2)
        }   ${cpu}   ` +
          `from the journal ${cachedMs.toFixed(3)}`,
      );
    }
  }
  if (only.includes("circuits")) {
    const { qubits, copies, rows, gradient } = results.circuits = benchCircuits(options.rounds);
    say(`\nOne pass over a state of ${qubits} qubits, f64, one core; bytes read and written`);
    for (const { what, timing, gigabytesPerSecond } of copies) {
      line(what, timing, `${gigabytesPerSecond.toFixed(1)} GB/s`);
    }
    for (const { what, wasm, typescript, gigabytesPerSecond, share, ratio } of rows) {
      line(
        what,
        wasm,
        `${gigabytesPerSecond.toFixed(1)} GB/s, ${share.toFixed(2)} of a copy   TypeScript ${ms(typescript.median)}   ${
          ratio.toFixed(1)
        } x`,
      );
    }
    line(`run, ${gradient.angles} angles, ${gradient.qubits} qubits`, gradient.run);
    line("gradient by the adjoint method", gradient.adjoint, `${gradient.runs.toFixed(2)} runs`);
  }
  if (options.json) console.log(JSON.stringify(results, null, 1));
}

if (import.meta.main) await runCli(cli, main);
