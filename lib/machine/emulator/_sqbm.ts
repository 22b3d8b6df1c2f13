import { isingModel, type Model, quboModel, sparseCouplings } from "../../model/mod.ts";
import type { Call, Dialect, Reply, Setting } from "./_dialect.ts";
import { byEnergy, rowOf } from "./_outcome.ts";
import { Refusal, STATUS } from "./_refusal.ts";

const MAX_VARIABLES = 100_000;
const MAX_ENTRIES = 4_000_000;
const HEADER = "%%MatrixMarket matrix coordinate real symmetric";

/**
 * Toshiba SQBM+ on a machine of one's own: a MatrixMarket file in, the best state out, no key.
 *
 * Version 1 takes spins at `/solver/ising`, version 2 bits at `/solver/qubo`. A pair counts once and the diagonal is the linear part:
 * our reading, for the manual is not public as a whole. `/solver/qplib` and `/solver/pubo` are not emulated.
 */
export function sqbmDialect({ desk, reads }: Setting): Dialect {
  return {
    title: "Toshiba SQBM+: simulated bifurcation, every pair",
    bases: [],
    keyed: false,
    keyOf: () => undefined,
    refuse: ({ kind, message }) => ({ status: STATUS[kind], body: { message } }),
    routes: [
      { method: "GET", path: /^\/healthcheck$/, handle: () => ({ body: { message: "ok" } }) },
      { method: "GET", path: /^\/version$/, handle: () => ({ body: { version: "2.1.0" } }) },
      { method: "POST", path: /^\/solver\/(ising|qubo)$/, handle: (call) => solve(desk, reads, call) },
    ],
  };
}

async function solve(desk: Setting["desk"], reads: number, { bytes, caught, query }: Call): Promise<Reply> {
  const number = (name: string, min: number, max: number, fallback: number) => {
    const text = query.get(name);
    const value = text === null ? fallback : text.trim() === "" ? NaN : Number(text);
    if (value >= min && value <= max) return value;
    throw new Refusal("range", `${name} must be from ${min} to ${max}`);
  };
  number("steps", 0, 1e9, 0);
  number("blocks", 0, 40, 0);
  number("dt", 0, 10, 1);
  number("C", 0, 1e9, 0);
  number("maxwait", 0, 3600, 10);
  const loops = number("loops", 0, 1e9, 1);
  const multishot = number("multishot", 0, 1000, 0);
  const runMs = 1000 * number("timeout", 0, 3600, 10);
  const maxOut = Math.floor(number("maxout", 1, 1000, 1));
  const target = query.has("target") ? number("target", -Number.MAX_VALUE, Number.MAX_VALUE, 0) : undefined;
  const model = modelOf(bytes, caught[0] === "ising");
  const wanted = loops === 0 ? reads : loops + multishot;
  const job = await desk.submit({
    ...{ model, tag: "", numReads: Math.max(1, Math.min(reads, Math.max(maxOut, Math.floor(wanted)))) },
    runMs: Math.max(1, runMs),
  });
  await job.settled;
  const { outcome } = job;
  if (outcome === undefined || job.fault === "lost") throw new Refusal("broken", job.why || "the computation failed");
  const rows = byEnergy(outcome).slice(0, job.fault === "duplicate" ? 2 * maxOut : maxOut);
  const states = rows.map((k) => Array.from(rowOf(outcome, k)));
  const values = rows.map((k) => outcome.energies[k]);
  const one = maxOut === 1 && rows.length === 1;
  return {
    body: {
      ...{ id: job.id, time: outcome.machineMs / 1000, runs: outcome.energies.length },
      wait: ((job.startedAt ?? job.submittedAt) - job.submittedAt) / 1000,
      message: target !== undefined && values[0] <= target ? "reached" : "finished",
      ...{ value: one ? values[0] : values, result: one ? states[0] : states },
    },
  };
}

/** Reads a file: a header, comments, the size, one entry a line with places from 1. */
function modelOf(bytes: Uint8Array, isIsing: boolean): Model {
  const lines = new TextDecoder().decode(bytes).split("\n");
  if (lines[0].trim().toLowerCase() !== HEADER.toLowerCase()) {
    throw new Refusal("input", `the first line must be ${HEADER}`);
  }
  let at = 1;
  while (at < lines.length && (lines[at].startsWith("%") || lines[at].trim() === "")) at++;
  const numbersOf = (line: string) => line.trim().split(/\s+/, 4).map(Number);
  const [n, columns, entries] = numbersOf(lines[at] ?? "");
  const counts = [n, columns, entries].every((value) => Number.isInteger(value) && value >= 0);
  if (!counts || n !== columns) throw new Refusal("input", "the size must be n n entries");
  if (n < 1 || n > MAX_VARIABLES || entries > MAX_ENTRIES) {
    throw new Refusal("range", `there may be ${MAX_VARIABLES} variables and ${MAX_ENTRIES} entries`);
  }
  const linear = new Float64Array(n);
  const pairs = new Map<number, number>();
  let found = 0;
  for (at++; at < lines.length; at++) {
    if (lines[at].trim() === "" || lines[at].startsWith("%")) continue;
    const [row, column, value, more] = numbersOf(lines[at]);
    const placed = [row, column].every((place) => Number.isInteger(place) && place >= 1 && place <= n);
    if (!placed || !Number.isFinite(value) || more !== undefined) {
      throw new Refusal("input", `line ${at + 1} is no entry`);
    }
    if (++found > entries) break;
    const [i, j] = row < column ? [row - 1, column - 1] : [column - 1, row - 1];
    if (i === j) linear[i] += value;
    else if (pairs.has(i * n + j)) throw new Refusal("input", `line ${at + 1} names a pair again`);
    else pairs.set(i * n + j, value);
  }
  if (found !== entries) throw new Refusal("input", `there are not ${entries} entries`);
  const list = [...pairs].filter(([, value]) => value !== 0)
    .map(([key, value]): [number, number, number] => [Math.floor(key / n), key % n, value]);
  const parts = { couplings: sparseCouplings(n, list), linear };
  return isIsing ? isingModel(parts) : quboModel(parts);
}
