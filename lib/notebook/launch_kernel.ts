/*
 * The kernel QAMA (Deno), as the program that Jupyter starts runs it.
 *
 * It starts Deno's own kernel on ports of its own, has the start-up code executed there, and only then lets Jupyter through: the bytes
 * of the five sockets are passed on as they are, for both sides know the same key. It adds what Deno's kernel lacks: an import map
 * for every folder, Stop, and Jupyter's transport ipc.
 */
import { addressOf, CHANNELS, readConnection } from "./connection.ts";
import { Kernel } from "./kernel.ts";
import { connectTo, type ZmtpAddress } from "./zmtp_socket.ts";

/** Listens where Jupyter will connect; a Unix socket is ours alone. */
function listenAt(address: ZmtpAddress): Deno.TcpListener | Deno.UnixListener {
  if (!("path" in address)) return Deno.listen(address);
  const { path } = address;
  // left there by the kernel before a restart
  if (isSocket(path)) Deno.removeSync(path);
  const before = Deno.umask(0o177);
  try {
    return Deno.listen({ transport: "unix", path });
  } finally {
    Deno.umask(before);
  }
}

/** Passes on whatever comes to a socket of Jupyter's, both ways, until the kernel ends. */
async function passOn(listener: Deno.TcpListener | Deno.UnixListener, to: ZmtpAddress): Promise<void> {
  // either side may hang up at any time, VS Code before it says anything, to see that we are there
  for await (const outer of listener) join(outer, to).catch(() => {});
}

async function join(outer: Deno.TcpConn | Deno.UnixConn, to: ZmtpAddress): Promise<void> {
  if ("setNoDelay" in outer) outer.setNoDelay(true);
  const inner = await connectTo(to);
  await Promise.allSettled([outer.readable.pipeTo(inner.writable), inner.readable.pipeTo(outer.writable)]);
}

function isSocket(path: string): boolean {
  try {
    return Deno.lstatSync(path).isSocket === true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const LOOK_MS = 1000;

/** Calls back once Jupyter, which says who it is in JPY_PARENT_PID, has died without a word. */
function endWithParent(end: () => void): void {
  const parent = Deno.ppid;
  if (Deno.env.get("JPY_PARENT_PID") !== `${parent}`) return;
  const timer = setInterval(() => {
    if (Deno.ppid === parent) return;
    clearInterval(timer);
    end();
  }, LOOK_MS);
}

/**
 * Runs the kernel in the current folder until it ends.
 *
 * @param connectionFile where Jupyter says how it will connect
 * @param home the kernel's folder, with its import map
 * @returns its exit code
 */
export async function launchKernel(connectionFile: string, home: string): Promise<number> {
  const connection = readConnection(await Deno.readTextFile(connectionFile));
  // listening from now on; Jupyter's connections wait until the kernel is prepared
  const listeners = CHANNELS.map((channel) => listenAt(addressOf(connection, channel)));
  const kernel = await Kernel.start({
    home,
    folder: Deno.cwd(),
    key: connection.key,
    // Jupyter ends the whole group
    ownGroup: false,
    echo: true,
  });
  const { process, client } = kernel;
  const tell = (order: string) => void process.tell(order).catch(() => {});
  let isBusy = false;
  client.watch(({ header, parent, content }) => {
    if (header.msg_type !== "status" || parent.msg_type !== "execute_request") return;
    isBusy = content.execution_state !== "idle";
    if (!isBusy) tell("idle");
  });
  Deno.addSignalListener("SIGINT", () => {
    // the kernel may have got it too, which it will notice
    tell("stop");
    // pressed while nothing runs, it means nothing
    if (!isBusy) tell("idle");
  });
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => kernel.stop().then(() => Deno.exit(143)));
  const inner = process.connection;
  CHANNELS.forEach((channel, i) => passOn(listeners[i], addressOf(inner, channel)).catch(console.error));
  endWithParent(() => kernel.stop().then(() => Deno.exit(0)));
  const { code } = await process.status;
  await kernel.stop();
  return code;
}
