import type { Hosts } from "./_nats_hosts.ts";

/** A cluster of NATS servers with JetStream, one a host; it is no service, and gone with this process. */
export interface Cluster extends AsyncDisposable {
  /** All addresses, as `--nats` takes them. */
  readonly servers: string;
  /** Ends a server at once. */
  readonly kill: (host: string) => Promise<void>;
  readonly start: (host: string) => Promise<void>;
  /** Fills the disk of the last host up to the last byte. */
  readonly fill: () => Promise<void>;
  /** Frees it. */
  readonly free: () => Promise<void>;
  /** What a server wrote of warnings and errors: every different line once, without time and numbers. */
  readonly complaints: (host: string) => Promise<string[]>;
}

const DISK_MIB = 48;

/** Starts the servers in a folder; the last one has a disk of its own, a tmpfs of 48 MiB. */
export async function startCluster(hosts: Hosts, names: readonly string[], folder: string): Promise<Cluster> {
  const routes = names.map((name) => `"nats://${hosts.address(name)}:6222"`).join(", ");
  const last = names[names.length - 1];
  const disk = `${folder}/${last}`;
  const running = new Map<string, Deno.ChildProcess>();
  for (const name of names) {
    const at = `${folder}/${name}`;
    await Deno.mkdir(at, { recursive: true });
    if (name === last) await sh("mount", "-t", "tmpfs", "-o", `size=${DISK_MIB}m`, "tmpfs", at);
    await Deno.writeTextFile(
      `${folder}/${name}.conf`,
      `server_name: ${name}\nlisten: "${hosts.address(name)}:4222"\n` +
        `jetstream { store_dir: "${at}", max_memory_store: 64MB, max_file_store: 1GB }\n` +
        `cluster { name: soak, listen: "${hosts.address(name)}:6222", routes: [${routes}] }\n`,
    );
  }
  const start = async (name: string) => {
    const command = ["nats-server", "-c", `${folder}/${name}.conf`, "-l", `${folder}/${name}.log`];
    running.set(name, hosts.start(name, command, { stdout: "null", stderr: "null" }));
    await Promise.resolve();
  };
  const kill = async (name: string) => {
    const child = running.get(name);
    running.delete(name);
    child?.kill("SIGKILL");
    await child?.status;
  };
  const ballast = `${disk}/ballast`;
  for (const name of names) await start(name);
  return {
    servers: names.map((name) => `nats://${hosts.address(name)}:4222`).join(","),
    start,
    kill,
    fill: async () => {
      using file = await Deno.open(ballast, { write: true, create: true });
      for (let size = 2 ** 20; size >= 1;) {
        try {
          await file.write(new Uint8Array(size));
        } catch {
          // full for this size, not yet for a smaller one
          size = Math.floor(size / 16);
        }
      }
    },
    free: () => Deno.remove(ballast),
    complaints: async (name) => {
      const lines = (await Deno.readTextFile(`${folder}/${name}.log`)).split("\n");
      return [
        ...new Set(
          lines.flatMap((line) => line.match(/\[(?:WRN|ERR|FTL)\] (.*)/)?.[1].replace(/[\d.:]{3,}/g, "…") ?? []),
        ),
      ];
    },
    [Symbol.asyncDispose]: async () => {
      for (const name of names) await kill(name);
      await sh("umount", "-l", disk);
    },
  };
}

async function sh(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args, stdout: "null", stderr: "piped" }).output();
  if (!success) throw new Error(`${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr).trim()}`);
}
