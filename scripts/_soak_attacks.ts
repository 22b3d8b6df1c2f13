import { Rng } from "../lib/random/mod.ts";

/** What became of hostile requests. */
export interface SoakReport {
  /** Requests sent. */
  readonly requests: number;
  /** Replies, by status; 0 where there was none. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Kinds of attack, with how often each was made. */
  readonly kinds: Readonly<Record<string, number>>;
}

/** Where the requests go, and the key that some of them show. */
export interface Target {
  readonly hostname: string;
  readonly port: number;
  readonly key: string;
}

type Attack = (rng: Rng, target: Target) => readonly Uint8Array[];

const encoder = new TextEncoder();
const PATHS = [
  ...["/solve", "/api/v2/solve", "/tasks/create-general", "/oss", "/problems/", "/v4/async/qubo/solve"],
  ...["/solver/qubo", "/solver/ising", "/v4/async/jobs/cancel", "/problems/?id=a&timeout=1"],
];

function bytesOf(rng: Rng, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => rng.integer(256));
}

function pick<T>(rng: Rng, list: readonly T[]): T {
  return list[rng.integer(list.length)];
}

function keys({ key }: Target): string {
  return `Authorization: Bearer ${key}\r\nX-Api-Key: ${key}\r\nX-Auth-Token: ${key}\r\n`;
}

function isingqKeys({ key }: Target): string {
  return `Authorization: ${key}\r\nchannel: sdk\r\n`;
}

function post(path: string, headers: string, body: Uint8Array | string, length?: number): Uint8Array[] {
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}Content-Length: ${
    length ?? bytes.length
  }\r\n\r\n`;
  return [encoder.encode(head), bytes];
}

/** Ways to attack: each gives what is written, piece by piece. */
const ATTACKS: Readonly<Record<string, Attack>> = {
  "random bytes": (rng) => [bytesOf(rng, 1 + rng.integer(4000))],
  "random bytes as a body": (rng, target) => post(pick(rng, PATHS), keys(target), bytesOf(rng, rng.integer(4000))),
  "deep JSON": (rng, target) => {
    const open = pick(rng, ["[", '{"a":', '[{"model":']);
    return post(pick(rng, PATHS), keys(target), open.repeat(1 + rng.integer(50_000)));
  },
  "JSON of a wrong shape": (rng, target) => {
    const value = pick(rng, [
      "null",
      "[]",
      "{}",
      "1e999",
      '"x"',
      '{"type":5,"model":[[1e308,-1,0.5,null,"x"]]}',
      "[[[[]]]]",
    ]);
    return post(pick(rng, PATHS), pick(rng, [keys, isingqKeys])(target), value);
  },
  "sizes that are none": (rng, target) => {
    const n = pick(rng, [-1, 1e308, 2 ** 53, 4294967296, 1e-300, 0]);
    const body = pick(rng, [
      `{"polynomial":[[${n},1]],"timeout":${n}}`,
      `{"type":5,"num_executions":${n},"model":[[${n},0,0,0,1]]}`,
      `{"binary_polynomial":{"terms":[{"coefficient":${n},"polynomials":[${n}]}]},"fujitsuDA3":{"num_run":${n}}}`,
      `%%MatrixMarket matrix coordinate real symmetric\n${n} ${n} ${n}\n1 1 1\n`,
      `{"solver":"Emulated_system1.0","type":"ising","data":{"format":"qp","lin":"AA==","quad":"AAAA"},"params":{"num_reads":${n}}}`,
    ]);
    return post(pick(rng, PATHS), keys(target), body);
  },
  "bad base64": (rng, target) => {
    const text = bytesOf(rng, rng.integer(3000)).toBase64().slice(rng.integer(3));
    const data = { format: "qp", lin: pick(rng, [text, text + "*", "=".repeat(99)]), quad: text };
    return post("/problems/", keys(target), JSON.stringify({ solver: "Emulated_system1.0", type: "ising", data }));
  },
  "a multipart form that is none": (rng) => {
    const boundary = pick(rng, ["x", "", "-".repeat(70), "\u00e9"]);
    const part = `--${boundary}\r\nContent-Disposition: form-data; name="${
      pick(rng, ["file", "policy", "key", "__proto__"])
    }"`;
    const body = pick(rng, [
      part,
      `${part}\r\n\r\nx\r\n`,
      `${part}\r\n\r\n${"a".repeat(3000)}\r\n--${boundary}--`,
      "\r\n".repeat(999),
    ]);
    return post("/oss", `Content-Type: multipart/form-data; boundary=${boundary}\r\n`, body);
  },
  "paths that lead elsewhere": (rng, target) => {
    const path = pick(rng, [
      ...["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/tasks/../../x", "/oss/%00", "//", "/tasks/%ff"],
      ...["/problems/" + "a".repeat(5000), "/da/v4/async/jobs/result/..%2f..%2f", "/constructor", "/__proto__"],
    ]);
    const method = pick(rng, ["GET", "DELETE", "PUT", "TRACE", "CONNECT", "OPTIONS", "X"]);
    return [encoder.encode(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${keys(target)}\r\n`)];
  },
  "a head without an end": (
    rng,
  ) => [encoder.encode(`GET / HTTP/1.1\r\nHost: x\r\nX-A: ${"a".repeat(rng.integer(60_000))}`)],
  "many headers": (rng) => {
    const lines = Array.from({ length: rng.integer(3000) }, (_, i) => `X-${i}: ${i}`).join("\r\n");
    return [encoder.encode(`GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines}\r\n\r\n`)];
  },
  "two lengths": (rng, target) => [
    encoder.encode(
      `POST ${pick(rng, PATHS)} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n${
        keys(target)
      }\r\nabcdef`,
    ),
  ],
  "chunks that are none": (rng, target) => [
    encoder.encode(
      `POST ${pick(rng, PATHS)} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n${keys(target)}\r\n${
        pick(rng, ["ffffffffffffffff\r\nx", "-5\r\nabcde\r\n", "5\r\nab", "zz\r\n"])
      }`,
    ),
  ],
  "a body shorter than it says": (rng, target) => post(pick(rng, PATHS), keys(target), "{", 1 + rng.integer(1e6)),
  "a body longer than is taken": (rng, target) =>
    post(pick(rng, PATHS), keys(target), "x", 2 ** (26 + rng.integer(20))),
  "a body that goes on and on": (rng, target) => {
    const head = `POST ${pick(rng, PATHS)} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n${keys(target)}\r\n`;
    const piece = encoder.encode(`40000\r\n${" ".repeat(0x40000)}\r\n`);
    return [encoder.encode(head), ...Array(pick(rng, [1, 4, 16, 48])).fill(piece)];
  },
  "packed bodies": (rng, target) =>
    post(pick(rng, PATHS), `Content-Encoding: gzip\r\n${keys(target)}`, bytesOf(rng, 1000)),
  "wrong keys": (rng, target) => post(pick(rng, PATHS), keys({ ...target, key: bytesOf(rng, 8).toHex() }), "{}"),
  "half a request, then silence": (rng, target) => {
    const [head, body] = post(pick(rng, PATHS), keys(target), "{".repeat(100));
    return [head.subarray(0, rng.integer(head.length)), body.subarray(0, rng.integer(2))];
  },
  "a connection and nothing": () => [],
  "the page": () => [encoder.encode("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")],
};

/** After these there is nothing to be answered. */
const SILENT: ReadonlySet<string> = new Set([
  ...[
    "a head without an end",
    "half a request, then silence",
    "a connection and nothing",
    "a body shorter than it says",
  ],
]);
const PATIENCE_MS = 3000;
const SHORT_MS = 20;

/** The names of the attacks. */
export const ATTACK_KINDS: readonly string[] = Object.keys(ATTACKS);

/**
 * Sends hostile requests, `concurrency` at a time, each kind in turn; a third of those who stay silent hang on for `lingerMs`, or until
 * they are cut.
 */
export async function soak(
  target: Target,
  { requests, concurrency, seed, lingerMs }: {
    readonly requests: number;
    readonly concurrency: number;
    readonly seed: number;
    readonly lingerMs: number;
  },
): Promise<SoakReport> {
  const statuses: Record<number, number> = {};
  const kinds: Record<string, number> = {};
  let next = 0;
  const worker = async () => {
    for (let k = next++; k < requests; k = next++) {
      const kind = ATTACK_KINDS[k % ATTACK_KINDS.length];
      const rng = new Rng(seed, k);
      kinds[kind] = (kinds[kind] ?? 0) + 1;
      const pieces = ATTACKS[kind](rng, target);
      const patienceMs = !SILENT.has(kind) ? PATIENCE_MS : rng.integer(3) === 0 ? lingerMs : SHORT_MS;
      const status = await attack(pieces, target, patienceMs);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return { requests, statuses, kinds };
}

async function attack(pieces: readonly Uint8Array[], { hostname, port }: Target, patienceMs: number): Promise<number> {
  let conn: Deno.TcpConn;
  try {
    conn = await Deno.connect({ hostname, port });
  } catch {
    return 0;
  }
  let over = false;
  const close = () => {
    if (!over) conn.close();
    over = true;
  };
  // who is not answered hangs up sooner or later
  const timer = setTimeout(close, patienceMs);
  let text = "";
  try {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length;) at += await conn.write(piece.subarray(at));
    }
    const chunk = new Uint8Array(2048);
    const count = await conn.read(chunk);
    if (count !== null) text = new TextDecoder().decode(chunk.subarray(0, count));
  } catch {
    // cut by the other side, or by the clock
  } finally {
    clearTimeout(timer);
    close();
  }
  return Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0);
}
