import { cpuUsage } from "node:process";
import { isingQ } from "../lib/machine/mod.ts";
import { isingModel, type Model, sparseCouplings } from "../lib/model/mod.ts";
import { Rng } from "../lib/random/mod.ts";

const JOBS = 1000;
const AT_ONCE = 16;
const VARIABLES = 49;
const KEY_VARIABLE = "QAMA_BENCH_KEY";
const KEY = "key-of-the-bench";
const POLL_MS = [1, 5] as const;

/** What a job costs the client, ms. */
export interface JobsTiming {
  /** Wall time through the sampler: journal, caps, checks and energies included. */
  readonly samplerMs: number;
  /** Wall time of the same requests sent with bare `fetch`. */
  readonly bareMs: number;
  /** Their difference: what is ours. */
  readonly overheadMs: number;
  /** Processor time of the client's process through the sampler. */
  readonly samplerCpuMs: number;
  /** The same of bare `fetch`. */
  readonly bareCpuMs: number;
  /** Wall time of a job that is answered from the journal. */
  readonly cachedMs: number;
}

/** What {@link benchJobs} found. */
export interface JobsBench {
  readonly jobs: number;
  readonly concurrency: number;
  readonly variables: number;
  /** One entry a round, in turns. */
  readonly rounds: readonly JobsTiming[];
}

/**
 * Times jobs of one attention head (49 variables) at 16 at once against the emulator on loopback, through `isingQ()` and as bare
 * requests, the order turned round from round to round, after a round that does not count.
 */
export async function benchJobs(rounds: number): Promise<JobsBench> {
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", new URL("./_bench_jobs_server.ts", import.meta.url).href, KEY],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const folder = await Deno.makeTempDir();
  Deno.env.set(KEY_VARIABLE, KEY);
  try {
    const reader = server.stdout.getReader();
    const url = new TextDecoder().decode((await reader.read()).value).trim();
    await reader.cancel();
    const timings: JobsTiming[] = [];
    for (let round = 0; round <= rounds; round++) {
      const models = Array.from({ length: JOBS }, (_, k) => modelOf(round * JOBS + k));
      const sampler = isingQ({
        ...{ url, keyVariable: KEY_VARIABLE, concurrency: AT_ONCE, pollMs: POLL_MS },
        folder: `${folder}/${round}`,
      });
      const seeds = models.map((_, k) => k);
      const through = () => timed(async () => void await sampler.sampleAll(models, { seeds }));
      const plain = () => timed(() => bareJobs(url, models));
      const turns = round % 2 === 0 ? [await through(), await plain()] : [await plain(), await through()].reverse();
      const cached = await timed(async () => void await sampler.sampleAll(models, { seeds }));
      const [ours, bare] = turns;
      if (round === 0) continue;
      timings.push({
        ...{ samplerMs: ours.wallMs, bareMs: bare.wallMs, overheadMs: ours.wallMs - bare.wallMs },
        ...{ samplerCpuMs: ours.cpuMs, bareCpuMs: bare.cpuMs, cachedMs: cached.wallMs },
      });
    }
    return { jobs: JOBS, concurrency: AT_ONCE, variables: VARIABLES, rounds: timings };
  } finally {
    Deno.env.delete(KEY_VARIABLE);
    server.kill();
    await server.status;
    await Deno.remove(folder, { recursive: true });
  }
}

/** Times of one job. */
async function timed(work: () => Promise<void>): Promise<{ wallMs: number; cpuMs: number }> {
  const [from, cpu] = [performance.now(), cpuUsage()];
  await work();
  const { user, system } = cpuUsage(cpu);
  return { wallMs: (performance.now() - from) / JOBS, cpuMs: (user + system) / 1000 / JOBS };
}

function modelOf(k: number): Model {
  const rng = new Rng(1, k);
  const pairs: [number, number, number][] = [];
  for (let i = 0; i < VARIABLES; i++) for (let j = i + 1; j < VARIABLES; j++) pairs.push([i, j, rng.normal()]);
  return isingModel({ couplings: sparseCouplings(VARIABLES, pairs) });
}

let fileCount = 0;

/** The same requests without anything around them. */
async function bareJobs(url: string, models: readonly Model[]): Promise<void> {
  const headers = { "authorization": KEY, "channel": "sdk" };
  // as many bytes as the client sends
  const row = (i: number) => Array.from({ length: VARIABLES }, (_, j) => j < i ? "0" : "-0.1234567890123456").join(",");
  const csv = Array.from({ length: VARIABLES }, (_, i) => `${row(i)}\n`).join("");
  let next = 0;
  const client = async () => {
    for (let k = next++; k < models.length; k = next++) {
      const file = `${(++fileCount).toString(16).padStart(8, "0")}/bare.csv`;
      const signed = await fetch(`${url}/files/getPostSignatureForOssUpload`, { headers });
      const { data } = await signed.json();
      const form = new FormData();
      const { policy, signature, x_oss_credential, x_oss_date, security_token, host } = data;
      const entries = {
        ...{ success_action_status: "200", policy, "x-oss-signature": signature, "x-oss-credential": x_oss_credential },
        ...{ "x-oss-signature-version": "OSS4-HMAC-SHA256", "x-oss-date": x_oss_date, key: file },
        "x-oss-security-token": security_token,
      };
      for (const [name, value] of Object.entries(entries)) form.append(name, String(value));
      form.append("file", new File([csv], "bare.csv", { type: "text/csv" }));
      await (await fetch(host, { method: "POST", body: form })).text();
      const body = JSON.stringify({
        ...{ name: `bare-${k}`, computerTypeId: 1, inputJFile: `${host}/${file}`, inputHFile: null },
        ...{ questionType: 1, caculateCount: 1, postProcess: 0, couponId: null, useCoupon: false, useCredit: false },
      });
      const created = await fetch(`${url}/tasks/create-general`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body,
      });
      const text = await created.text();
      const id = /"(?:id|taskId|task_id)"\s*:\s*"?([^",}]+)/.exec(text)?.[1];
      if (id === undefined) throw new Error(`the emulator took no bare job: ${text.slice(0, 200)}`);
      for (let looks = 0, waitMs: number = POLL_MS[0];; looks++, waitMs = Math.min(POLL_MS[1], 1.5 * waitMs)) {
        const { data: task } = await (await fetch(`${url}/tasks/${id}`, { headers })).json();
        if (task.result) break;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
}
