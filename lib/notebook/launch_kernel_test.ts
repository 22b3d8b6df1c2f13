import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { addressOf, CHANNELS, type Connection, freeConnection } from "./connection.ts";
import { KernelClient, KernelGone } from "./kernel_client.ts";
import { installKernel, jupyterDataFolder, uninstallKernel } from "./kernel_spec.ts";
import { OutputCollector } from "./output_collector.ts";
import { connectTo } from "./zmtp_socket.ts";

/** What Jupyter does: starts the argv of a kernel.json in a folder, in a group of its own, and connects. */
async function launch(kernelFolder: string, folder: string, connection: Connection, within: readonly string[] = []) {
  const file = `${folder}/connection.json`;
  await Deno.writeTextFile(file, JSON.stringify(connection));
  const { argv }: { argv: string[] } = JSON.parse(await Deno.readTextFile(`${kernelFolder}/kernel.json`));
  const [program, ...args] = [...within, ...argv].map((word) => word.replace("{connection_file}", file));
  const command = new Deno.Command(program, { args, cwd: folder, detached: true, stdin: "null", stderr: "null" });
  const child = command.spawn();
  const giveUp = new AbortController();
  child.status.then(() => giveUp.abort(new Error("The launcher ended")));
  const client = await KernelClient.connect(connection, giveUp.signal);
  return { child, client };
}

/** Whatever becomes of a test, its processes end. */
function ending(group: number): Disposable {
  const end = () => {
    try {
      Deno.kill(-group, "SIGKILL");
    } catch (error) {
      // gone already, as it should be
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  };
  return { [Symbol.dispose]: end };
}

/** Runs a cell; returns what it printed, and calls back when it prints that it is running. */
async function printed(client: KernelClient, code: string, onRunning = () => {}): Promise<string> {
  const collector = new OutputCollector();
  await client.execute(code, {
    onMessage: (message) => {
      collector.take(message);
      if (message.content.text === "running\n") onRunning();
    },
  });
  return collector.outputs.map((output) => output.output_type === "stream" ? output.text : JSON.stringify(output)).join(
    "",
  );
}

Deno.test("installKernel() makes a kernel that Jupyter can start anywhere, stop, interrupt and start again", async () => {
  const odd = { suffix: " a folder, ü" };
  const [data, elsewhere] = [await Deno.makeTempDir(odd), await Deno.realPath(await Deno.makeTempDir(odd))];
  try {
    const kernelFolder = await installKernel(data);
    await Deno.writeTextFile(`${elsewhere}/beside.ts`, "export const x = 7;");
    // a project of its own, whose map does not reach the notebook
    await Deno.writeTextFile(
      `${elsewhere}/deno.json`,
      '{ "imports": { "qama": "./beside.ts" }, "nodeModulesDir": "auto" }',
    );
    const connection = freeConnection();
    // to see that there is a kernel, VS Code connects and says nothing
    const knock = async () => {
      for (const channel of CHANNELS) (await connectTo(addressOf(connection, channel))).close();
    };
    // twice on the same ports, as after Restart
    for (const [round, group] of [[1, true], [2, false]] as const) {
      const { child, client } = await launch(kernelFolder, elsewhere, connection);
      using _ended = ending(child.pid);
      await knock();
      assertEquals(await printed(client, "console.log(Deno.cwd())"), `${elsewhere}\n`);
      await client.execute(`import * as qama from "qama";
import { x } from "./beside.ts";
const { model } = qama.model.drawInstance("sk", { n: 40, seed: 1 });
let told = false;
const onProgress = () => told ||= (console.log("running"), true);
var set;`);
      const solve =
        `told = false; set = await qama.samplers.simulatedAnnealing().sample(model, { numReads: 1e9, onProgress });
console.log(set.ending, x);`;
      // a terminal and JupyterLab signal the group, VS Code the process
      const stop = () => Deno.kill(group ? -child.pid : child.pid, "SIGINT");
      assertEquals(await printed(client, solve, stop), "running\ninterrupted 7\n");
      assertEquals(
        await printed(client, "console.log(set.ending, qama.samplers.stopSignal().aborted)"),
        "interrupted false\n",
      );
      // Run All: a cell that is in line already is not stopped with the one before it
      const stopped = printed(client, solve, stop);
      await client.execute("const again = await qama.samplers.simulatedAnnealing().sample(model, { numReads: 3 });");
      assertEquals(await stopped, "running\ninterrupted 7\n");
      assertEquals(await printed(client, "console.log(again.ending)"), "completed\n");
      // pressed while nothing runs, it means nothing to the next cell
      await client.execute("const late = qama.samplers.stopSignal();");
      stop();
      const rearmed =
        `while (!late.aborted || qama.samplers.stopSignal().aborted) await new Promise((then) => setTimeout(then));
console.log("armed");`;
      assertEquals(await printed(client, rearmed), "armed\n");
      assertEquals(await client.heartbeat(), true);
      const { content } = await client.request("control", "shutdown_request", { restart: round === 1 });
      assertEquals(content.status, "ok");
      assertEquals((await child.status).code, 0);
      client.close();
    }
  } finally {
    for (const folder of [data, elsewhere]) await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "installKernel() makes a kernel that is spoken to over ipc, and started again on the same sockets",
  ignore: Deno.build.os === "windows",
}, async () => {
  const data = await Deno.makeTempDir();
  try {
    const kernelFolder = await installKernel(data);
    const ports = { shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5 };
    const connection: Connection = { ...freeConnection(), ...ports, transport: "ipc", ip: `${data}/socket` };
    // the second finds what the first, which was killed, has left
    for (const round of [1, 2]) {
      const { child, client } = await launch(kernelFolder, data, connection);
      using _ended = ending(child.pid);
      assertEquals((Deno.statSync(`${data}/socket-1`).mode ?? 0) & 0o777, 0o600);
      assertEquals(await printed(client, `console.log(${round}, "x".repeat(1e5).length)`), `${round} 100000\n`);
      const waiting = `console.log("running");
await new Promise((resolve) => qama.samplers.stopSignal().addEventListener("abort", resolve));
console.log("stopped");`;
      await client.execute('import * as qama from "qama";');
      assertEquals(await printed(client, waiting, () => Deno.kill(child.pid, "SIGINT")), "running\nstopped\n");
      assertEquals(await client.heartbeat(), true);
      Deno.kill(-child.pid, "SIGKILL");
      await child.status;
      client.close();
    }
  } finally {
    await Deno.remove(data, { recursive: true });
  }
});

Deno.test("installKernel() makes a kernel that ends when Jupyter dies without a word, busy or not", async () => {
  const data = await Deno.makeTempDir();
  try {
    const kernelFolder = await installKernel(data);
    const connection = freeConnection();
    // a shell stands for Jupyter
    const jupyter = ["sh", "-c", 'JPY_PARENT_PID=$$ "$@" & wait', "jupyter"];
    const { child, client } = await launch(kernelFolder, data, connection, jupyter);
    using _ended = ending(child.pid);
    assertEquals((await client.execute("const a = 1;")).status, "ok");
    const busy = assertRejects(() => client.execute("while (true);"), KernelGone);
    assertEquals(await client.heartbeat(), true);
    Deno.kill(child.pid, "SIGKILL");
    await busy;
    client.close();
  } finally {
    await Deno.remove(data, { recursive: true });
  }
});

Deno.test("installKernel() makes a kernel that says in a cell that the workbench has moved, or that Deno is too old", async () => {
  const data = await Deno.makeTempDir();
  try {
    for (const what of ["moved", "too old"]) {
      const kernelFolder = await installKernel(data, what === "moved" ? {} : { minimumDeno: "99.1.2" });
      const start = `${kernelFolder}/start.js`;
      const text = await Deno.readTextFile(start);
      if (what === "moved") await Deno.writeTextFile(start, text.replace("/lib/notebook/", "/not/there/"));
      const { child, client } = await launch(kernelFolder, data, freeConnection());
      using _ended = ending(child.pid);
      for (const code of ['import * as qama from "qama";', 'import { Rng } from "qama/random";']) {
        const { status, evalue = "" } = await client.execute(code);
        assertEquals(status, "error");
        const expected = what === "moved"
          ? /no longer where .* no file:.*\/not\/there\/launch_kernel\.ts: run `deno task kernel` in its new folder/
          : /Deno 99\.1\.2 or later is needed, .*deno.* is \d.*: run `deno upgrade`/;
        assertMatch(evalue, expected);
      }
      await client.request("control", "shutdown_request", { restart: false });
      await child.status;
      client.close();
    }
  } finally {
    await Deno.remove(data, { recursive: true });
  }
});

Deno.test("installKernel() and uninstallKernel() leave another kernel of that name alone", async () => {
  const data = await Deno.makeTempDir();
  try {
    assertEquals(await uninstallKernel(data), undefined);
    await Deno.mkdir(`${data}/kernels/qama`, { recursive: true });
    await Deno.writeTextFile(`${data}/kernels/qama/kernel.json`, '{ "argv": ["other"] }');
    await assertRejects(() => installKernel(data), Deno.errors.AlreadyExists, "holds another one");
    await assertRejects(() => uninstallKernel(data), Deno.errors.AlreadyExists, "holds another one");
    assert(Deno.readTextFileSync(`${data}/kernels/qama/kernel.json`).includes("other"));
  } finally {
    await Deno.remove(data, { recursive: true });
  }
});

Deno.test("installKernel() twice gives the same files, logos of the sizes in their names among them", async () => {
  const data = await Deno.makeTempDir();
  try {
    const read = (folder: string) =>
      [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile).map(({ name }) => name).sort().map((name) =>
        [name, Deno.readFileSync(`${folder}/${name}`)] as const
      );
    const first = read(await installKernel(data));
    assertEquals(read(await installKernel(data)), first);
    assertEquals(first.map(([name]) => name), [
      "deno.json",
      "kernel.json",
      "logo-32x32.png",
      "logo-64x64.png",
      "logo-svg.svg",
      "start.js",
    ]);
    const width = (at: number) => new DataView(first[at][1].buffer).getUint32(16);
    assertEquals([width(2), width(3)], [32, 64]);
  } finally {
    await Deno.remove(data, { recursive: true });
  }
});

Deno.test("jupyterDataFolder() is where Jupyter looks on each system", () => {
  const env = { HOME: "/h", APPDATA: "C:/a", XDG_DATA_HOME: "/x" };
  assertEquals(jupyterDataFolder(env, "linux"), "/x/jupyter");
  assertEquals(jupyterDataFolder(env, "darwin"), "/h/Library/Jupyter");
  assertEquals(jupyterDataFolder(env, "windows"), "C:/a/jupyter");
  assertEquals(jupyterDataFolder({ ...env, JUPYTER_DATA_DIR: "/d" }, "linux"), "/d");
  assertThrows(() => jupyterDataFolder({}, "linux"), Deno.errors.NotFound, "set JUPYTER_DATA_DIR, or HOME");
});
