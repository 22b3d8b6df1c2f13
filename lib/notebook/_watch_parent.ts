/*
 * Runs beside a kernel, in a worker: ends it when its parent is gone, even while a cell never lets go of the main thread.
 */

interface WorkerScope {
  onmessage: (event: MessageEvent<boolean>) => void;
  postMessage(message: string): void;
}

const scope = self as unknown as WorkerScope;
const LOOK_MS = 1000;

/** True where the kernel leads a group of processes, which then ends with it. */
scope.onmessage = ({ data: leads }) => {
  const parent = Deno.ppid;
  setInterval(() => {
    if (Deno.ppid !== parent) Deno.kill(leads ? -Deno.pid : Deno.pid, "SIGKILL");
  }, LOOK_MS);
  scope.postMessage("ready");
};
