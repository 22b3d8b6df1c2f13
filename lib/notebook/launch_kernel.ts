/*
 * What Jupyter starts as the kernel QAMA (Deno): `launch_kernel.ts CONNECTION_FILE HOME`.
 *
 * It starts Deno's own kernel on ports of its own, has the start-up code executed there, and only then lets Jupyter through: the bytes
 * of the five sockets are passed on as they are, for both sides know the same key. It adds what Deno's kernel lacks: an import map
 * for every folder, and Stop.
 */
import { CHANNELS, type Connection, readConnection } from "./connection.ts";
import { Kernel } from "./kernel.ts";

/** Passes on whatever comes to a port of Jupyter's, both ways, until the kernel ends. */
async function passOn(listener: Deno.TcpListener, hostname: string, port: number): Promise<void> {
  for await (const outer of listener) {
    const inner = await Deno.connect({ hostname, port });
    for (const conn of [outer, inner]) conn.setNoDelay(true);
    // either side may hang up at any time
    outer.readable.pipeTo(inner.writable).catch(() => {});
    inner.readable.pipeTo(outer.writable).catch(() => {});
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

/** Runs the kernel until it ends; returns its exit code. */
async function launch(connection: Connection, home: string): Promise<number> {
  // listening from now on; Jupyter's connections wait until the kernel is prepared
  const listeners = CHANNELS.map((channel) =>
    Deno.listen({ hostname: connection.ip, port: connection[`${channel}_port`] })
  );
  const kernel = await Kernel.start({
    home,
    folder: Deno.cwd(),
    key: connection.key,
    // Jupyter ends the whole group
    ownGroup: false,
    echo: true,
  });
  const { process, client } = kernel;
  client.watch(({ header, parent, content }) => {
    if (header.msg_type !== "status" || content.execution_state !== "idle") return;
    if (parent.msg_type === "execute_request") process.tell("idle").catch(() => {});
  });
  // the kernel may have got it too, which it will notice
  Deno.addSignalListener("SIGINT", () => void process.tell("stop").catch(() => {}));
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => kernel.stop().then(() => Deno.exit(143)));
  const inner = process.connection;
  CHANNELS.forEach((channel, i) => passOn(listeners[i], inner.ip, inner[`${channel}_port`]).catch(console.error));
  endWithParent(() => kernel.stop().then(() => Deno.exit(0)));
  const { code } = await process.status;
  await kernel.stop();
  return code;
}

if (import.meta.main) {
  const [file, home] = Deno.args;
  Deno.exit(await launch(readConnection(await Deno.readTextFile(file)), home));
}
