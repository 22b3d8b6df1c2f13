import type { EmulatedMachine } from "../lib/machine/mod.ts";
import type { Target } from "./_soak_attacks.ts";

const PAUSE_MS = 10;

/** What became of honest jobs. */
export interface HonestReport {
  /** Jobs sent. */
  readonly sent: number;
  /** Jobs whose answer came, with the energy of its state. */
  readonly right: number;
}

type Ask = (path: string, body?: string | FormData, method?: string) => Promise<Response>;

/** Sends jobs that are right, one after another, and looks at their energies, until the signal says stop. */
export async function honestJobs(
  { hostname, port, key }: Target,
  machine: EmulatedMachine,
  signal: AbortSignal,
): Promise<HonestReport> {
  const headers: Record<string, string> = {
    authorization: machine === "isingq" ? key : `Bearer ${key}`,
    ...{ channel: "sdk", "x-api-key": key, "x-auth-token": key },
  };
  const ask: Ask = (path, body, method = body === undefined ? "GET" : "POST") =>
    // the upload takes no key
    fetch(`http://${hostname}:${port}${path}`, { method, body, headers: path === "/oss" ? {} : headers });
  let sent = 0, right = 0;
  while (!signal.aborted) {
    sent++;
    if (await JOBS[machine](ask).catch(() => false)) right++;
    // so that the attackers have their turn
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return { sent, right };
}

const json = async (reply: Promise<Response>) => await (await reply).json();

/** E = 3 a b + b, of bits or of spins; true if the machine says so too. */
const JOBS: Readonly<Record<EmulatedMachine, (ask: Ask) => Promise<boolean>>> = {
  async isingq(ask) {
    const { data: ticket } = await json(ask("/files/getPostSignatureForOssUpload"));
    const form = new FormData();
    const entries = {
      ...{ policy: ticket.policy, "x-oss-signature": ticket.signature, "x-oss-date": ticket.x_oss_date },
      ...{ "x-oss-signature-version": "OSS4-HMAC-SHA256", "x-oss-credential": ticket.x_oss_credential },
      ...{ "x-oss-security-token": ticket.security_token, key: "00000000/a.csv" },
    };
    for (const [name, value] of Object.entries(entries)) form.append(name, value);
    form.append("file", new Blob(["0,3\n0,1\n"]), "a.csv");
    await (await ask("/oss", form)).body?.cancel();
    const task = { name: "a", computerTypeId: 1, questionType: 1, caculateCount: 1, postProcess: 0 };
    const body = JSON.stringify({ ...task, inputJFile: `${ticket.host}/00000000/a.csv` });
    const named = await json(ask("/tasks/create-general", body));
    const inside = named.data ?? named;
    for (;;) {
      const { data } = await json(ask(`/tasks/${inside.id ?? inside.taskId ?? inside.task_id}`));
      if (![1, 2, 3].includes(data.status)) continue;
      const [a, b] = data.result.spin_config ?? data.result.bits.map((bit: number) => 2 * bit - 1);
      // the Ising model of the QUBO, without its constant
      return data.result.energy === 0.75 * a * b + 0.75 * a + 1.25 * b;
    }
  },
  async hitachi(ask) {
    const request = JSON.stringify({ type: 5, model: [[0, 0, 1, 0, 3], [1, 0, 1, 0, 1]] });
    const { result: { spins: [[[, , a], [, , b]]], energies: [energy] } } = await json(ask("/solve", request));
    return energy === 3 * a * b + b;
  },
  async amplify(ask) {
    const request = JSON.stringify({ polynomial: [[0, 1, 3], [1, 1]], timeout: 60_000 });
    const { spins: [[a, b]], energies: [energy] } = await json(ask("/solve", request));
    return energy === 3 * a * b + b;
  },
  async fujitsu(ask) {
    const terms = [{ coefficient: 3, polynomials: [0, 1] }, { coefficient: 1, polynomials: [1] }];
    const { job_id: id } = await json(ask("/v4/async/qubo/solve", JSON.stringify({ binary_polynomial: { terms } })));
    for (;;) {
      const { status, qubo_solution: found } = await json(ask(`/v4/async/jobs/result/${id}`));
      if (status === "Waiting" || status === "Running") continue;
      await (await ask(`/v4/async/jobs/result/${id}`, undefined, "DELETE")).body?.cancel();
      const { energy, configuration: { 0: a, 1: b } } = found.solutions[0];
      return energy === Number(a && b) * 3 + Number(b);
    }
  },
  async sqbm(ask) {
    const file = "%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n2 2 1\n2 1 3\n";
    const { result: [a, b], value } = await json(ask("/solver/qubo?timeout=60", file));
    return value === 3 * a * b + b;
  },
  async dwave(ask) {
    const [{ id: solver, properties: { qubits, couplers } }] = await json(ask("/solvers/remote/"));
    const [a, b] = couplers[0];
    const lin = Float64Array.from(qubits, (q) => q === a ? 0 : q === b ? 1 : NaN);
    const text = (numbers: Float64Array) => new Uint8Array(numbers.buffer).toBase64();
    const data = { format: "qp", lin: text(lin), quad: text(Float64Array.of(3)) };
    const request = { solver, type: "ising", data, params: { num_reads: 1 } };
    const [{ id }] = await json(ask("/problems/", JSON.stringify([request])));
    await (await ask(`/problems/?id=${id}&timeout=30`)).body?.cancel();
    const { answer } = await json(ask(`/problems/${id}/`));
    const [s] = Uint8Array.fromBase64(answer.solutions);
    const [x, y] = [s & 128 ? 1 : -1, s & 64 ? 1 : -1];
    const energy = new Float64Array(Uint8Array.fromBase64(answer.energies).buffer)[0];
    return energy === 3 * x * y + y;
  },
};
