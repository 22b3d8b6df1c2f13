import type { ZmtpAddress } from "./zmtp_socket.ts";

/** The five sockets of a kernel. */
export type Channel = "shell" | "iopub" | "stdin" | "control" | "hb";

/** What a connection file says. */
export interface Connection {
  /** How one connects: over TCP, or over ipc, which is Unix sockets. */
  readonly transport: "tcp" | "ipc";
  /** The address, on loopback as a rule; over ipc what the paths of the sockets begin with. */
  readonly ip: string;
  /** Requests and their replies; over ipc this number ends the path, and so for the others. */
  readonly shell_port: number;
  /** What everybody hears: outputs and states. */
  readonly iopub_port: number;
  /** Requests for input. */
  readonly stdin_port: number;
  /** Requests that come before those of the shell. */
  readonly control_port: number;
  /** Signs of life. */
  readonly hb_port: number;
  /** The secret of the signatures; messages are unsigned where it is empty. */
  readonly key: string;
  /** How messages are signed. */
  readonly signature_scheme: "hmac-sha256";
  /** The name of the kernel, if Jupyter says it. */
  readonly kernel_name?: string;
}

/** All channels, in the order of their ports. */
export const CHANNELS: readonly Channel[] = ["shell", "iopub", "stdin", "control", "hb"];

/**
 * Makes up a connection on loopback: five ports that are free now, and a fresh key.
 *
 * Between this call and the kernel's start somebody else may take a port; then the kernel does not start, and another is made up.
 *
 * @param key the secret of the signatures
 *
 * Cost five sockets opened and closed.
 * Source: Jupyter client documentation, "Connection files".
 *
 * @example Five ports
 * ```ts
 * import { freeConnection } from "qama/notebook";
 * import { assertEquals } from "@std/assert";
 * const { shell_port, iopub_port, stdin_port, control_port, hb_port } = freeConnection();
 * assertEquals(new Set([shell_port, iopub_port, stdin_port, control_port, hb_port]).size, 5);
 * ```
 */
export function freeConnection(key: string = crypto.randomUUID()): Connection {
  const ip = "127.0.0.1";
  const listeners = CHANNELS.map(() => Deno.listen({ hostname: ip, port: 0 }));
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = listeners.map(({ addr }) =>
    (addr as Deno.NetAddr).port
  );
  for (const listener of listeners) listener.close();
  const ports = { shell_port, iopub_port, stdin_port, control_port, hb_port };
  return { transport: "tcp", ip, ...ports, key, signature_scheme: "hmac-sha256" };
}

/**
 * Where a channel of a connection is.
 *
 * @returns host and port, or over ipc the path of a Unix socket, `IP-PORT`
 *
 * Source: jupyter_client, which joins the two so.
 *
 * @example Over ipc
 * ```ts
 * import { addressOf, freeConnection } from "qama/notebook";
 * import { assertEquals } from "@std/assert";
 * const connection = { ...freeConnection(), transport: "ipc" as const, ip: "/run/kernel", shell_port: 1 };
 * assertEquals(addressOf(connection, "shell"), { path: "/run/kernel-1" });
 * ```
 */
export function addressOf(connection: Connection, channel: Channel): ZmtpAddress {
  const { transport, ip } = connection;
  const port = connection[`${channel}_port`];
  return transport === "ipc" ? { path: `${ip}-${port}` } : { hostname: ip, port };
}

/**
 * Reads the text of a connection file.
 *
 * @param text JSON, as Jupyter writes it
 * @throws {SyntaxError} if it is no JSON
 * @throws {TypeError} if something is missing, or it is neither tcp nor ipc, or not signed with HMAC-SHA256
 *
 * @example A transport that there is not
 * ```ts
 * import { readConnection } from "qama/notebook";
 * import { assertThrows } from "@std/assert";
 * assertThrows(() => readConnection('{ "transport": "udp" }'), TypeError, 'the transport "tcp" or "ipc", got "udp"');
 * ```
 */
export function readConnection(text: string): Connection {
  const read = JSON.parse(text);
  const cannot = "Cannot use the connection file:";
  if (typeof read !== "object" || read === null) throw new TypeError(`${cannot} expected an object`);
  if (read.transport !== "tcp" && read.transport !== "ipc") {
    throw new TypeError(`${cannot} expected the transport "tcp" or "ipc", got ${JSON.stringify(read.transport)}`);
  }
  if (read.transport === "ipc" && Deno.build.os === "windows") {
    throw new TypeError(`${cannot} Windows has no Unix sockets, which the transport "ipc" is made of; use "tcp"`);
  }
  const scheme = read.signature_scheme ?? "hmac-sha256";
  if (scheme !== "hmac-sha256") {
    throw new TypeError(`${cannot} expected the signature scheme hmac-sha256, got ${JSON.stringify(scheme)}`);
  }
  for (const channel of CHANNELS) {
    const port = read[`${channel}_port`];
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      throw new TypeError(`${cannot} ${channel}_port must be a port, got ${JSON.stringify(port)}`);
    }
  }
  if (typeof read.ip !== "string" || typeof (read.key ?? "") !== "string") {
    throw new TypeError(`${cannot} ip and key must be strings`);
  }
  return { ...read, key: read.key ?? "", signature_scheme: scheme };
}
