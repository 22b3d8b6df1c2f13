// deno-lint-ignore-file no-explicit-any
import { type Sampler, simulatedAnnealing } from "../../samplers/mod.ts";
import { type Emulator, type EmulatorOptions, startEmulator } from "../mod.ts";

/** A key that tests show. */
export const KEY = "key-of-the-tests";

/** Runs `use` with an emulator of a fixed seed, closed at the end. */
export async function withEmulator(
  options: EmulatorOptions,
  use: (emulator: Emulator) => Promise<void>,
): Promise<void> {
  const emulator = await startEmulator({ key: KEY, seed: 1, ...options });
  try {
    await use(emulator);
  } finally {
    await emulator.close();
  }
}

/** Sends JSON; gives the status and the reply's JSON. */
export async function sendJson(
  url: string,
  headers: HeadersInit,
  body: unknown,
  method = "POST",
): Promise<[number, any]> {
  const reply = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  return [reply.status, await reply.json()];
}

/** The headers of IsingQ. */
export const ISINGQ_HEADERS: Readonly<Record<string, string>> = { authorization: KEY, channel: "sdk" };

/** Uploads a matrix to IsingQ; gives its address, and what the upload answered. */
export async function uploadCsv(
  emulator: Emulator,
  csv: string,
  change: (form: FormData) => void = () => {},
  headers: HeadersInit = {},
): Promise<{ url: string; status: number; text: string }> {
  const [, { data }] = await sendJson(
    `${emulator.url}/files/getPostSignatureForOssUpload`,
    ISINGQ_HEADERS,
    undefined,
    "GET",
  );
  const form = new FormData();
  const entries = {
    ...{ success_action_status: "200", policy: data.policy, "x-oss-signature": data.signature },
    ...{ "x-oss-signature-version": "OSS4-HMAC-SHA256", "x-oss-credential": data.x_oss_credential },
    ...{ "x-oss-date": data.x_oss_date, key: "0123abcd/q.csv", "x-oss-security-token": data.security_token },
  };
  for (const [name, value] of Object.entries(entries)) form.append(name, value);
  form.append("file", new Blob([csv], { type: "text/csv" }), "q.csv");
  change(form);
  const reply = await fetch(data.host, { method: "POST", body: form, headers });
  return { url: `${data.host}/${form.get("key")}`, status: reply.status, text: await reply.text() };
}

/** The body of an IsingQ task. */
export function isingqTask(inputJFile: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ...{ name: "a", computerTypeId: 1, inputJFile, inputHFile: null, questionType: 1, caculateCount: 10 },
    ...{ postProcess: 0, couponId: null, useCoupon: false, useCredit: false, ...more },
  };
}

/** Creates an IsingQ task and asks until it has ended; gives the task. */
export async function isingqAnswer(emulator: Emulator, csv: string, more: Record<string, unknown> = {}): Promise<any> {
  const { url } = await uploadCsv(emulator, csv);
  const [, body] = await sendJson(`${emulator.url}/tasks/create-general`, ISINGQ_HEADERS, isingqTask(url, more));
  const inside = body.data ?? body;
  const id = inside.id ?? inside.taskId ?? inside.task_id;
  for (;;) {
    const [, { data }] = await sendJson(`${emulator.url}/tasks/${id}`, ISINGQ_HEADERS, undefined, "GET");
    if ([1, 2, 3].includes(data.status)) return data;
  }
}

/** A sampler that computes nothing until `release` is called, or its job is cancelled. */
export function gatedSampler(): { sampler: Sampler; release: () => void; begun: Promise<void> } {
  const { promise: open, resolve: release } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const inner = simulatedAnnealing({ numSweeps: 5 });
  const sampler: Sampler = {
    ...inner,
    async sample(model, options) {
      begin();
      const { promise: cancelled, resolve: cancel } = Promise.withResolvers<void>();
      options?.signal?.addEventListener("abort", () => cancel());
      await Promise.race([open, cancelled]);
      return await inner.sample(model, options);
    },
  };
  return { sampler, release, begun };
}
