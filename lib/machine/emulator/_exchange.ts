import type { Budget } from "./_budget.ts";
import type { Call, Dialect, Reply, Route } from "./_dialect.ts";
import type { FaultPlan } from "./_fault_plan.ts";
import type { Line } from "./_pipe.ts";
import { readBody } from "./_read_body.ts";
import { Refusal } from "./_refusal.ts";
import type { RequestFault } from "./types.ts";
import { waited } from "./_waited.ts";

const SKEW_MS = 5 * 3600e3 + 17 * 60e3;
const DRIP_BYTES = 64;
const DRIP_MS = 1;
const JSON_TYPE = "application/json";

/** What requests are answered with. */
export interface ExchangeOptions {
  readonly dialect: Dialect;
  readonly budget: Budget;
  readonly faults: FaultPlan;
  readonly keyAccepted: (shown: string) => Promise<boolean>;
  readonly statusPage: () => string;
  readonly latencyMs: number;
  readonly retryAfterS: number;
  readonly bodyBytes: number;
  readonly requestMs: number;
  /** Ends waits when the emulator closes. */
  readonly signal: AbortSignal;
}

/** Answers one request: address, key, body, faults, and what the machine says. */
export async function exchange(request: Request, line: Line, options: ExchangeOptions): Promise<Response> {
  const { dialect, budget, faults, latencyMs, signal } = options;
  const url = new URL(request.url);
  let held = 0;
  const plain = { now: Date.now };
  try {
    if (request.method === "GET" && url.pathname === "/") {
      return page(options.statusPage());
    }
    const { route, caught } = findRoute(dialect, request.method, url.pathname);
    if (dialect.keyed && route.keyed !== false) {
      const shown = dialect.keyOf(request.headers);
      if (shown === undefined || !await options.keyAccepted(shown)) {
        throw new Refusal("key", shown === undefined ? "there is no key" : "the key is not accepted");
      }
    }
    const bytes = await readBody(request, options, (count) => {
      if (!budget.take(count)) return false;
      held += count;
      return true;
    });
    if (latencyMs > 0) await waited(latencyMs, signal);
    const { fault, coin } = faults.request(`${request.method} ${route.path.source}`);
    if (fault === "reset-before") {
      line.cut();
      return new Response(null);
    }
    const now = fault === "clock-skew" ? () => Date.now() + (coin < 0.5 ? SKEW_MS : -SKEW_MS) : Date.now;
    const { headers } = request;
    const call: Call = { caught, query: url.searchParams, headers, bytes, origin: url.origin, now };
    if (fault === "429" || fault === "503") return refusedFor(fault, coin, options);
    if (fault === "500" && coin < 0.5) return response({ status: 500, body: "Internal Server Error" });
    const reply = await answered(route, call, dialect);
    return spoilt(reply, fault, coin, line, now);
  } catch (error) {
    if (!(error instanceof Refusal)) {
      // never the caller's words, never a path of ours
      return response(dialect.refuse(new Refusal("broken", "the machine failed"), plain));
    }
    const reply = dialect.refuse(error, plain);
    // what is left of the body is not waited for
    const parting: Record<string, string> = error.kind === "large" || error.kind === "late"
      ? { connection: "close" }
      : {};
    return response({ ...reply, headers: { ...reply.headers, ...parting } });
  } finally {
    budget.give(held);
  }
}

async function answered(route: Route, call: Call, dialect: Dialect): Promise<Reply> {
  try {
    return await route.handle(call);
  } catch (error) {
    if (error instanceof Refusal) return dialect.refuse(error, call);
    throw error;
  }
}

function findRoute(dialect: Dialect, method: string, pathname: string) {
  const base = dialect.bases.find((base) => pathname.startsWith(`${base}/`)) ?? "";
  const path = pathname.slice(base.length);
  const here = dialect.routes.flatMap((route) => {
    const match = route.path.exec(path);
    return match === null ? [] : [{ route, caught: match.slice(1) }];
  });
  if (here.length === 0) throw new Refusal("missing", "there is no such address");
  const found = here.find(({ route }) => route.method === method);
  if (found === undefined) throw new Refusal("method", `this address takes ${here.map(({ route }) => route.method)}`);
  return found;
}

function refusedFor(fault: "429" | "503", coin: number, { retryAfterS }: ExchangeOptions): Response {
  const after = coin < 0.5 ? String(retryAfterS) : new Date(Date.now() + 1000 * retryAfterS).toUTCString();
  const body = fault === "429" ? "Too Many Requests" : "Service Unavailable";
  return response({ status: Number(fault), body, headers: { "retry-after": after } });
}

// a reply as a fault of its way leaves it
function spoilt(reply: Reply, fault: RequestFault | undefined, coin: number, line: Line, now: () => number): Response {
  switch (fault) {
    case "500":
      return response({ status: 500, body: "Internal Server Error" });
    case "reset-after":
      line.cut();
      return new Response(null);
    case "malformed":
      return response({ ...reply, body: malformed(textOf(reply), coin) });
    case "truncated": {
      line.truncate(Math.floor(coin * textOf(reply).length * 0.9));
      return response(reply);
    }
    case "slow":
      line.drip(DRIP_BYTES, DRIP_MS);
      return response(reply);
    case "clock-skew":
      return response({ ...reply, headers: { ...reply.headers, date: new Date(now()).toUTCString() } });
    default:
      return response(reply);
  }
}

// a proxy's page, or the text without its end
function malformed(text: string, coin: number): string {
  if (coin < 0.5 || text.length < 4) return "<html><head><title>502 Bad Gateway</title></head><body></body></html>";
  return text.slice(0, Math.floor(text.length * (coin - 0.5) * 1.9));
}

function textOf({ body = "" }: Reply): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

function response(reply: Reply): Response {
  const type = typeof reply.body === "string" || reply.body === undefined ? "text/plain" : JSON_TYPE;
  return new Response(textOf(reply), {
    status: reply.status ?? 200,
    headers: { "content-type": type, ...reply.headers },
  });
}

function page(html: string): Response {
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    ...{ "cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" },
  };
  return new Response(html, { headers });
}
