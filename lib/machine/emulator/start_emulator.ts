import { amplifyDialect } from "./_amplify.ts";
import { Budget } from "./_budget.ts";
import { Desk } from "./_desk.ts";
import type { Dialect, Setting } from "./_dialect.ts";
import { dwaveDialect } from "./_dwave.ts";
import { resolveEmulator } from "./_emulator_options.ts";
import { exchange } from "./_exchange.ts";
import { FaultPlan } from "./_fault_plan.ts";
import { Front } from "./_front.ts";
import { fujitsuDialect } from "./_fujitsu.ts";
import { hitachiDialect } from "./_hitachi.ts";
import { isingqDialect } from "./_isingq.ts";
import { sameKey } from "./_same_key.ts";
import { sqbmDialect } from "./_sqbm.ts";
import { statusPage } from "./_status_page.ts";
import type { EmulatedMachine, Emulator, EmulatorOptions, EmulatorStats } from "./types.ts";

const DIALECTS: Readonly<Record<EmulatedMachine, (setting: Setting) => Dialect>> = {
  isingq: isingqDialect,
  hitachi: hitachiDialect,
  amplify: amplifyDialect,
  fujitsu: fujitsuDialect,
  sqbm: sqbmDialect,
  dwave: dwaveDialect,
};

/**
 * Starts a machine that stands in for another: its wire protocol with its oddities, on loopback, for who has no account and for tests.
 *
 * Answers come from `physicalCim` or any other sampler. Jobs are computed one after another, in the caller's thread; results are kept
 * for a while. A caller must show the key, where the machine knows keys, except on the status page (`GET /`), which tells no key and no
 * problem. Bodies, connections, waiting jobs, kept results and their bytes are limited. With `faults` things go wrong: the k-th request of
 * an address and the k-th job meet the same fault under the same seed.
 *
 * What not to believe: everything the protocols do not publish is our guess (the meaning of IsingQ's states, the replies of a full
 * queue and of an empty account); that a client works here does not prove that it works there.
 *
 * @param options.machine whose protocol
 * @param options.port 0 for any that is free
 * @returns the emulator, listening; `close` it
 * @throws {RangeError} if a number is out of range or a fault unknown
 * @throws {TypeError} if an option or the machine is unknown
 * @throws {Deno.errors.AddrInUse} if the port is taken
 *
 * Cost two sockets a connection; a job costs what its sampler takes.
 *
 * @example A key is wanted
 * ```ts
 * import { startEmulator } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const emulator = await startEmulator({ machine: "hitachi" });
 * const reply = await fetch(`${emulator.url}/api/v2/solve`, { method: "POST", body: "{}" });
 * assertEquals([reply.status, (await reply.json()).status], [200, 3]); // 3: not authorised
 * await emulator.close();
 * ```
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const resolved = resolveEmulator(options);
  const { machine, hostname, key, sampler, bits, seed, quota, latencyMs, retryAfterS, graph, limits } = resolved;
  const listener = Deno.listen({ hostname, port: resolved.port });
  const budget = new Budget(limits.memoryBytes);
  const faults = new FaultPlan(seed, resolved.faults);
  // the CIM has its own way of rounding
  const rounds = options.sampler === undefined ? undefined : bits;
  const desk = new Desk({ ...limits, sampler, bits: rounds, seed, quota, budget, faults });
  const closing = new AbortController();
  const setting = { desk, budget, keepMs: limits.keepMs, reads: limits.reads, graph, closing: closing.signal };
  const dialect = DIALECTS[machine](setting);
  const keyAccepted = await sameKey(key);
  const replies = { ok: 0, refused: 0, failed: 0 };
  const shared = {
    ...{ dialect, budget, faults, keyAccepted, latencyMs, retryAfterS, signal: closing.signal },
    ...{ bodyBytes: limits.bodyBytes, requestMs: limits.requestMs },
    statusPage: () =>
      statusPage({
        machine,
        title: dialect.title,
        sampler,
        bits,
        limits,
        quota,
        faults: resolved.faults,
        stats: stats(),
      }),
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request, info) => {
    const line = front.lineOf(info.remoteAddr.port);
    // who comes past the front is not let in
    if (line === undefined) return new Response(null, { status: 403, headers: { connection: "close" } });
    line.begin();
    info.completed.then(() => line.end(), () => line.end());
    const reply = await exchange(request, line, shared);
    replies[reply.status < 400 ? "ok" : reply.status < 500 ? "refused" : "failed"]++;
    return reply;
  });
  const front = new Front(listener, server.addr.port, limits);
  function stats(): EmulatorStats {
    const { held, most } = budget;
    return {
      connections: { open: front.open, ...front.counts },
      ...{ replies: { ...replies }, jobs: desk.counts, heldBytes: held, mostHeldBytes: most },
      ...{ machineMs: desk.machineMs, faults: faults.met },
    };
  }
  let closed: Promise<void> | undefined;
  const close = async () => {
    closing.abort();
    await front.close();
    await desk.close();
    dialect.close?.();
    await server.shutdown();
  };
  const { port } = listener.addr;
  return {
    ...{ machine, key, seed, open: !isLoopback(hostname) },
    url: `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`,
    get accepted() {
      return desk.accepted;
    },
    get stats() {
      return stats();
    },
    close: () => closed ??= close(),
  };
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "::1" || /^127(?:\.\d+){3}$/.test(hostname);
}
