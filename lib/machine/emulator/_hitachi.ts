import { fromHitachi, type HitachiTerm } from "../../model/mod.ts";
import type { Call, Dialect, Reply, Setting } from "./_dialect.ts";
import { fieldsOf, flagField, integerField, listField, numberField, objectField, parseJson } from "./_json.ts";
import { byEnergy, rowOf } from "./_outcome.ts";
import { Refusal, type RefusalKind } from "./_refusal.ts";

const MAX_TERMS = 2_000_000;

interface Kind {
  readonly size: number;
  readonly coefficient: string;
  fits(p: number): boolean;
}

/** The machines behind `type`; 1 and 2 are retired. */
const KINDS: Readonly<Record<number, Kind>> = {
  3: { size: 512, coefficient: "32-bit integers", fits: (p) => p === (p | 0) },
  4: { size: 512, coefficient: "float32 numbers", fits: (p) => Number.isFinite(Math.fround(p)) },
  5: { size: 384, coefficient: "integers from -7 to 7", fits: (p) => Number.isInteger(p) && Math.abs(p) <= 7 },
};

/** The service answers 200 whatever happens; this is what it says inside. */
const CODES: Readonly<Record<RefusalKind, number>> = {
  ...{ key: 3, quota: 3, busy: 10, broken: 33, missing: 49, method: 49, large: 50, late: 50, input: 51, range: 52 },
};
const VALUE = 53;
const TYPE = 17;

class Coded extends Refusal {
  readonly code: number;

  constructor(code: number, message: string) {
    super("range", message);
    this.code = code;
  }
}

/**
 * Hitachi Annealing Cloud Web, version 2: one synchronous request, HTTP 200 for nearly everything with a status inside, terms on a
 * King's graph, energies `+ sum p s s`, execution time in nanoseconds, spins as `[x, y, s]`.
 *
 * Type 4 computes energies in float32.
 */
export function hitachiDialect({ desk }: Setting): Dialect {
  return {
    title: "Hitachi Annealing Cloud Web: CMOS annealing, King's graph",
    bases: ["/api/v2"],
    keyed: true,
    keyOf: bearer,
    refuse: (refusal) => ({
      status: refusal.kind === "missing" ? 404 : refusal.kind === "method" ? 405 : 200,
      body: { status: refusal instanceof Coded ? refusal.code : CODES[refusal.kind], message: refusal.message },
    }),
    routes: [{ method: "POST", path: /^\/solve$/, handle: (call) => solve(desk, call) }],
  };
}

/** The key of `Authorization: Bearer`. */
export function bearer(headers: Headers): string | undefined {
  return /^Bearer (\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
}

async function solve(desk: Setting["desk"], { bytes, now }: Call): Promise<Reply> {
  const fields = fieldsOf(parseJson(bytes), "the request");
  const type = integerField(fields, "type", 0, 255);
  const kind = KINDS[type];
  if (kind === undefined) {
    throw new Coded(TYPE, `type ${type} is not offered; there are ${Object.keys(KINDS).join(", ")}`);
  }
  const numReads = integerField(fields, "num_executions", 1, 10, 1);
  const schedule = objectField(fields, "parameters");
  integerField(schedule, "temperature_num_steps", 1, 100, 10);
  integerField(schedule, "temperature_step_length", 1, 1000, 100);
  const initial = numberField(schedule, "temperature_initial", 0, 1e38, 10);
  numberField(schedule, "temperature_target", 0, initial, Math.min(initial, 0.01));
  const outputs = objectField(fields, "outputs");
  const wants = (name: string, fallback = false) => flagField(outputs, name, fallback);
  const numOutputs = integerField(outputs, "num_outputs", 0, 10, 0);
  const { model, sites } = fromHitachi(termsOf(listField(fields, "model"), kind));
  const job = await desk.submit({ model, numReads, tag: "" });
  await job.settled;
  const { outcome } = job;
  if (outcome === undefined || job.fault === "lost") throw new Refusal("broken", "the hardware failed");
  const order = byEnergy(outcome).slice(0, numOutputs === 0 ? undefined : numOutputs);
  const told = (energy: number) => type === 4 ? Math.fround(energy) : energy;
  const spinsOf = (values: ArrayLike<number>) => sites.map(([x, y], i) => [x, y, values[i]]);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanSpins = sites.map((_, i) => mean(order.map((k) => rowOf(outcome, k)[i])));
  return {
    body: {
      status: 0,
      message: "Success",
      job_id: job.id,
      created_at: new Date(now()).toISOString(),
      result: {
        ...(wants("energies", true) && { energies: order.map((k) => told(outcome.energies[k])) }),
        ...(wants("spins", true) && { spins: order.map((k) => spinsOf(rowOf(outcome, k))) }),
        ...(wants("execution_time") && { execution_time: Math.round(1e6 * outcome.machineMs) }),
        ...(wants("averaged_energy") && { averaged_energy: told(mean(order.map((k) => outcome.energies[k]))) }),
        ...(wants("averaged_spins") && { averaged_spins: spinsOf(meanSpins) }),
      },
    },
  };
}

function termsOf(list: readonly unknown[] | undefined, { size, coefficient, fits }: Kind): HitachiTerm[] {
  if (list === undefined || list.length === 0) throw new Coded(49, "the model is missing");
  if (list.length > MAX_TERMS) throw new Coded(52, `the model has more than ${MAX_TERMS} terms`);
  const seen = new Set<number>();
  return list.map((term, at) => {
    if (!isTerm(term)) throw new Coded(51, `term ${at} is not [x0, y0, x1, y1, p]`);
    const [x0, y0, x1, y1, p] = term;
    for (const place of [x0, y0, x1, y1]) {
      if (!(Number.isInteger(place) && place >= 0 && place < size)) {
        throw new Coded(52, `term ${at} leaves the grid of ${size} x ${size}`);
      }
    }
    if (Math.abs(x0 - x1) > 1 || Math.abs(y0 - y1) > 1) throw new Coded(51, `term ${at} joins no neighbours`);
    if (!fits(p)) throw new Coded(VALUE, `term ${at} has ${p}; coefficients are ${coefficient}`);
    const [a, b] = [x0 + size * y0, x1 + size * y1];
    const pair = Math.min(a, b) * size * size + Math.max(a, b);
    if (seen.has(pair)) throw new Coded(51, `term ${at} comes twice`);
    seen.add(pair);
    return [x0, y0, x1, y1, Math.fround(p)];
  });
}

function isTerm(term: unknown): term is HitachiTerm {
  return Array.isArray(term) && term.length === 5 && term.every((value) => typeof value === "number");
}
