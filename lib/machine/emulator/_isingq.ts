import { isingFromQubo, quboFromUpper, type QuboModel } from "../../model/mod.ts";
import type { Call, Dialect, Reply, Setting } from "./_dialect.ts";
import { FileShelf } from "./_file_shelf.ts";
import { fieldsOf, flagField, integerField, parseJson, textField } from "./_json.ts";
import { bestRead, rowOf } from "./_outcome.ts";
import { Refusal, STATUS } from "./_refusal.ts";
import type { Job } from "./_job.ts";

const MAX_VARIABLES = 2048;
const MAX_FILE = 20 * 2 ** 20;
const UPLOADS = "/oss";

// states are numbers whose meaning is unpublished: 1 to 3 are the end
const STATES: Readonly<Record<Job["state"], number>> = { waiting: 0, running: 4, done: 1, failed: 2, cancelled: 3 };

/**
 * IsingQ cloud: a form signed for an upload elsewhere, which takes no key; a task that names the file; polling.
 *
 * Energies are `-1/2 sum J s s - sum h s` of the QUBO's Ising model, without its constant. The name of the task comes as `id`,
 * `taskId` or `task_id`, above or inside `data`, and states as `bits` or as `spin_config`.
 */
export function isingqDialect({ desk, budget, keepMs }: Setting): Dialect {
  const shelf = new FileShelf(budget, keepMs);
  // what its energies lack
  const constants = new WeakMap<Job, number>();
  return {
    title: "IsingQ cloud: opto-electronic, 2,048 variables, every pair",
    bases: [],
    keyed: true,
    keyOf: (headers) => headers.get("channel") === "sdk" ? headers.get("authorization") ?? undefined : undefined,
    refuse: ({ kind, message }) => ({
      status: kind === "quota" ? 402 : STATUS[kind],
      body: { code: kind === "quota" ? 402 : STATUS[kind], msg: message, data: null },
    }),
    close: () => shelf.clear(),
    routes: [
      {
        method: "GET",
        path: /^\/files\/getPostSignatureForOssUpload$/,
        handle: async (call) => ok(await shelf.ticket(`${call.origin}${UPLOADS}`, MAX_FILE, call.now())),
      },
      { method: "POST", path: /^\/oss\/?$/, keyed: false, handle: (call) => upload(shelf, call) },
      {
        method: "POST",
        path: /^\/tasks\/create-general$/,
        async handle(call) {
          const fields = fieldsOf(parseJson(call.bytes), "the task");
          const tag = textField(fields, "name", 200);
          if (tag === undefined) throw new Refusal("input", "name is missing");
          integerField(fields, "computerTypeId", 1, 1);
          integerField(fields, "questionType", 1, 1);
          integerField(fields, "postProcess", 0, 1);
          // spelt like this
          const numReads = integerField(fields, "caculateCount", 1, 10_000);
          if (flagField(fields, "useCoupon", false)) throw new Refusal("input", "there are no coupons here");
          flagField(fields, "useCredit", false);
          if (textField(fields, "inputHFile") !== undefined) throw new Refusal("input", "inputHFile is not taken");
          const place = `${call.origin}${UPLOADS}/`;
          const url = textField(fields, "inputJFile") ?? "";
          const file = url.startsWith(place) ? url.slice(place.length) : "";
          const csv = shelf.read(file);
          if (csv === undefined) throw new Refusal("missing", "inputJFile names no file that was uploaded");
          const model = quboFromCsv(csv);
          const job = await desk.submit({ model, numReads, tag, bestOnly: true });
          shelf.taken(file);
          constants.set(job, isingFromQubo(model).offset);
          return named(job);
        },
      },
      {
        method: "GET",
        path: /^\/tasks\/([0-9a-f]{1,64})$/,
        handle({ caught }) {
          const job = desk.find(caught[0]);
          if (job === undefined) throw new Refusal("missing", "there is no such task");
          return ok(taskOf(job, desk.position(job), constants.get(job) ?? 0));
        },
      },
    ],
  };
}

const ok = (data: unknown): Reply => ({ body: { code: 200, msg: "success", data } });

function named({ id, coin }: Job): Reply {
  const last = id.charCodeAt(0) % 3;
  if (coin) return { body: { code: 200, msg: "success", [["id", "taskId", "task_id"][last]]: id } };
  return ok({ [["id", "taskId", "task_id"][last]]: id });
}

function taskOf(job: Job, position: number, constant: number): unknown {
  const { outcome, why, coin } = job;
  const task = {
    id: job.id,
    name: job.tag,
    status: STATES[job.state],
    ...(position >= 0 && { queuePosition: position }),
  };
  if (outcome === undefined) return { ...task, ...(why && { failReason: why }) };
  const best = bestRead(outcome);
  const bits = Array.from(rowOf(outcome, best));
  const state = coin ? { bits } : { spin_config: bits.map((bit) => 2 * bit - 1) };
  return { ...task, result: { ...state, energy: outcome.energies[best] - constant } };
}

async function upload(shelf: FileShelf, { bytes, headers }: Call): Promise<Reply> {
  const refused = (message: string): Reply => ({
    status: 403,
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`,
  });
  // a key that leaves for another host is a key lost
  if (headers.has("authorization")) return refused("No key is taken here.");
  let form: FormData;
  try {
    form = await new Response(bytes, { headers: { "content-type": headers.get("content-type") ?? "" } }).formData();
  } catch {
    return { ...refused("The form cannot be read."), status: 400 };
  }
  const complaint = await shelf.store(form, MAX_FILE);
  if (complaint !== undefined) return refused(complaint);
  return { status: form.get("success_action_status") === "200" ? 200 : 204 };
}

/** Reads a dense upper triangular matrix, the diagonal the linear coefficients. */
function quboFromCsv(text: string): QuboModel {
  const lines = text.split("\n", MAX_VARIABLES + 2).map((line) => line.trim()).filter((line) => line !== "");
  const n = lines.length;
  if (n < 1 || n > MAX_VARIABLES) throw new Refusal("range", `the matrix must have 1 to ${MAX_VARIABLES} rows`);
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = lines[i].split(",", n + 1);
    if (row.length !== n) throw new Refusal("input", `row ${i + 1} of the matrix has not ${n} entries`);
    for (let j = 0; j < n; j++) {
      const value = row[j].trim() === "" ? NaN : Number(row[j]);
      if (!Number.isFinite(value)) throw new Refusal("input", `entry (${i + 1}, ${j + 1}) of the matrix is no number`);
      if (j < i && value !== 0) throw new Refusal("input", "the matrix has entries below the diagonal");
      values[i * n + j] = value;
    }
  }
  return quboFromUpper(values);
}
