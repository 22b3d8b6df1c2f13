import { nkeys } from "@nats-io/transport-node";
import { NATS_ROLES, type NatsRole, permissionsOf } from "./_nats_roles.ts";

/** What a configuration of a NATS server is made for. */
export interface NatsConfigOptions {
  /** Names and addresses that clients reach the server by, beside `localhost` and `127.0.0.1`. @default {[]} */
  readonly hosts?: readonly string[];
  /** Port that it listens on. @default {4222} */
  readonly port?: number;
  /** Folder of its store. @default {the folder `store` beside the configuration} */
  readonly store?: string;
  /** Most that it stores, in GiB. @default {10} */
  readonly storeGiB?: number;
}

const DAYS = 3650;

/**
 * Writes a configuration of a NATS server for the queue of plans, and the keys of those who use it.
 *
 * Nobody gets in without a key, nor without encryption. There is a user for each role: `submitter` hands plans in and takes
 * them back, `worker` does tasks and stores records, `viewer` looks; each may use the subjects of its part and no other, and
 * has an inbox of its own. The server knows public keys only. The folder is readable by its owner alone, as is every file.
 *
 * @param folder made if it is not there; has no configuration yet
 * @param options who reaches the server, and where it stores
 * @returns files, by name: `server.conf`, `ca.pem`, `server.pem`, `server-key.pem` and for each role `ROLE.nk`
 * @throws {RangeError} if a host is none, or the port
 * @throws {Deno.errors.AlreadyExists} if the folder has a configuration
 * @throws {Error} if there is no openssl, which makes the certificate
 *
 * Cost five keys; openssl runs three times.
 * Source: none needed.
 *
 * @example A server for two machines
 * ```ts ignore
 * import { writeNatsConfig } from "qama/experiments";
 * await writeNatsConfig("nats", { hosts: ["queue.example.org"] });
 * ```
 */
export async function writeNatsConfig(folder: string, options: NatsConfigOptions = {}): Promise<string[]> {
  const { hosts = [], port = 4222, storeGiB = 10 } = options;
  for (const host of hosts) {
    if (!/^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$/.test(host)) {
      throw new RangeError(`Cannot configure a server: expected a host such as queue.example.org, got "${host}"`);
    }
  }
  if (!(Number.isSafeInteger(port) && port >= 1 && port < 65_536)) {
    throw new RangeError(`Cannot configure a server: expected a port of 1 to 65535, got ${port}`);
  }
  await Deno.mkdir(folder, { recursive: true });
  if (Deno.build.os !== "windows") await Deno.chmod(folder, 0o700);
  const at = await Deno.realPath(folder);
  const files: string[] = [];
  const write = async (name: string, text: string) => {
    try {
      await Deno.writeTextFile(`${at}/${name}`, text, { createNew: true, mode: 0o600 });
    } catch (cause) {
      if (!(cause instanceof Deno.errors.AlreadyExists)) throw cause;
      throw new Deno.errors.AlreadyExists(
        `Cannot configure a server: ${folder} has a ${name}; name another folder, for keys are not replaced`,
        { cause },
      );
    }
    files.push(name);
  };
  const users: string[] = [];
  const seeds: [NatsRole, string][] = [];
  for (const role of NATS_ROLES) {
    const pair = nkeys.createUser();
    seeds.push([role, new TextDecoder().decode(pair.getSeed())]);
    users.push(userText(role, pair.getPublicKey()));
    pair.clear();
  }
  await write("server.conf", configText({ port, storeGiB, store: options.store ?? `${at}/store`, at, users }));
  for (const [role, seed] of seeds) await write(`${role}.nk`, `${seed}\n`);
  await makeCertificate(at, ["localhost", "127.0.0.1", ...hosts]);
  return [...files, "ca.pem", "server.pem", "server-key.pem"];
}

function configText(
  { port, storeGiB, store, at, users }: { port: number; storeGiB: number; store: string; at: string; users: string[] },
): string {
  return [
    "# A NATS server for the queue of plans: nats-server -c server.conf",
    `listen: "0.0.0.0:${port}"`,
    `jetstream { store_dir: ${JSON.stringify(store)}, max_file_store: ${storeGiB}G }`,
    "tls {",
    `  cert_file: ${JSON.stringify(`${at}/server.pem`)}`,
    `  key_file: ${JSON.stringify(`${at}/server-key.pem`)}`,
    "  timeout: 5",
    "}",
    "# public keys: the seeds are in ROLE.nk, and nobody gets in without one",
    "authorization {",
    "  users: [",
    ...users,
    "  ]",
    "}",
    "",
  ].join("\n");
}

function userText(role: NatsRole, user: string): string {
  const { publish, subscribe } = permissionsOf(role, user);
  const list = (subjects: string[]) => subjects.map((subject) => `\n        ${JSON.stringify(subject)}`).join(",");
  return [
    `    # ${role}`,
    `    { nkey: ${user}, permissions: {`,
    `      publish: { allow: [${list(publish)}\n      ] },`,
    `      subscribe: { allow: [${list(subscribe)}\n      ] }`,
    "    } },",
  ].join("\n");
}

/** An authority of its own, whose key is thrown away, and the server's certificate. */
async function makeCertificate(at: string, hosts: readonly string[]): Promise<void> {
  const names = hosts.map((host) => `${/^[\d.]+$|:/.test(host) ? "IP" : "DNS"}:${host}`).join(",");
  const temporary = await Deno.makeTempDir({ dir: at });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const ca = [`${temporary}/ca-key.pem`, `${at}/ca.pem`];
  try {
    await Deno.writeTextFile(`${temporary}/names`, `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`);
    await openssl(
      "req",
      "-x509",
      ...key,
      "-days",
      `${DAYS}`,
      "-subj",
      "/CN=QAMA queue",
      "-keyout",
      ca[0],
      "-out",
      ca[1],
    );
    const request = [`${temporary}/server.csr`, `${at}/server-key.pem`];
    await openssl("req", "-new", ...key, "-subj", "/CN=QAMA queue server", "-keyout", request[1], "-out", request[0]);
    const signing = ["-CA", ca[1], "-CAkey", ca[0], "-CAcreateserial", "-CAserial", `${temporary}/serial`];
    const given = ["-days", `${DAYS}`, "-extfile", `${temporary}/names`];
    await openssl("x509", "-req", "-in", request[0], ...signing, ...given, "-out", `${at}/server.pem`);
    if (Deno.build.os === "windows") return;
    for (const name of ["ca.pem", "server.pem", "server-key.pem"]) await Deno.chmod(`${at}/${name}`, 0o600);
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}

async function openssl(...args: string[]): Promise<void> {
  try {
    const { success, stderr } = await new Deno.Command("openssl", { args, stdout: "null", stderr: "piped" }).output();
    if (success) return;
    throw new Error(new TextDecoder().decode(stderr).trim().split("\n").at(-1));
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound
      ? "there is no openssl here; install it"
      : (cause as Error).message;
    throw new Error(`Cannot make a certificate: ${reason}`, { cause });
  }
}
