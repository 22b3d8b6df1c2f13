import { jetstream, type JetStreamClient, type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { type KV, type KvEntry, Kvm } from "@nats-io/kv";
import { type ObjectStore, Objm } from "@nats-io/obj";
import {
  type ConnectionOptions,
  credsAuthenticator,
  nanos,
  type NatsConnection,
  nkeyAuthenticator,
  nkeys,
} from "@nats-io/transport-node";
import { connect } from "./_nats_transport.ts";

/** Where the NATS servers are, and how they are asked. */
export interface NatsOptions {
  /** Addresses, `nats://host:4222`, several with commas between them; no password belongs there. */
  readonly servers: string;
  /** File of a user's credentials, or of the seed of an nkey. */
  readonly creds?: string;
  /** File of the certificate authority that the servers are checked with; given, the connection is encrypted. */
  readonly tlsCa?: string;
  /** Name of this client at the server. @default {"qama"} */
  readonly name?: string;
  /** Time after which a task is dealt again that no worker gave a sign for, ms; decided by who opens the stream first. @default {30_000} */
  readonly ackWaitMs?: number;
}

/** Work queue of tasks. */
export const TASKS = "QAMA_TASKS";
/** How soon a task has its turn. */
export type Priority = "high" | "normal" | "low";
/** In which order a free worker asks. */
export const PRIORITIES: readonly Priority[] = ["high", "normal", "low"];
const DAY_MS = 86_400_000;
/** Key-value stores. */
export const BUCKETS = {
  results: { name: "QAMA_RESULTS", ttl: 0 },
  dead: { name: "QAMA_DEAD", ttl: 0 },
  tries: { name: "QAMA_TRIES", ttl: 30 * DAY_MS },
  // as long as a task of a silent worker waits, see openBus
  workers: { name: "QAMA_WORKERS", ttl: NaN },
  plans: { name: "QAMA_PLANS", ttl: 0 },
} as const;
/** Object store of checkpoints. */
export const CHECKPOINTS = "QAMA_CHECKPOINTS";

/** An open connection with everything that is kept on the servers. */
export interface Bus extends AsyncDisposable, Readonly<Record<keyof typeof BUCKETS, KV>> {
  readonly connection: NatsConnection;
  readonly streams: JetStreamManager;
  readonly publisher: JetStreamClient;
  readonly checkpoints: ObjectStore;
  /** Time after which a worker that is silent counts as gone, and its tasks are dealt again, ms. */
  readonly ackWaitMs: number;
}

/** Connects and makes what is not there yet: one line says what is wrong, see the test. */
export async function openBus(options: NatsOptions): Promise<Bus> {
  const { servers, name = "qama", ackWaitMs = 30_000 } = options;
  const connection = await connectTo(options, name);
  try {
    const streams = await jetstreamManager(connection, { checkAPI: false });
    await streams.getAccountInfo().catch((cause) => {
      // a viewer may not ask for it; a server without JetStream has nobody who answers
      if (isForbidden(cause)) return;
      throw new Error(
        `Cannot use the NATS server at ${servers}: it runs without JetStream (${reasonOf(cause)}); start it with -js ` +
          "or with a jetstream block in its configuration",
        { cause },
      );
    });
    const replicas = connection.info?.cluster ? 3 : 1;
    await made(streams, TASKS, () =>
      streams.streams.add({
        name: TASKS,
        subjects: ["qama.tasks.>"],
        retention: "workqueue",
        num_replicas: replicas,
        duplicate_window: nanos(120_000),
      }));
    let silentMs = ackWaitMs;
    for (const priority of PRIORITIES) {
      const { config } = await streams.consumers.info(TASKS, priority).catch(() =>
        streams.consumers.add(TASKS, {
          durable_name: priority,
          ack_policy: "explicit",
          ack_wait: nanos(ackWaitMs),
          max_deliver: -1,
          max_ack_pending: 20_000,
          filter_subject: `qama.tasks.${priority}.>`,
        })
      );
      silentMs = Math.round((config.ack_wait ?? nanos(ackWaitMs)) / 1e6);
    }
    const kvm = new Kvm(connection);
    const buckets: Partial<Record<keyof typeof BUCKETS, KV>> = {};
    for (const [key, { name, ttl }] of Object.entries(BUCKETS)) {
      await made(
        streams,
        `KV_${name}`,
        () => kvm.create(name, { history: 1, ttl: Number.isNaN(ttl) ? silentMs : ttl, replicas }),
      );
      buckets[key as keyof typeof BUCKETS] = await kvm.open(name);
    }
    const objm = new Objm(connection);
    await made(streams, `OBJ_${CHECKPOINTS}`, () => objm.create(CHECKPOINTS, { replicas }));
    return {
      connection,
      streams,
      publisher: jetstream(connection),
      ...buckets as Record<keyof typeof BUCKETS, KV>,
      checkpoints: await objm.open(CHECKPOINTS),
      ackWaitMs: silentMs,
      [Symbol.asyncDispose]: () => connection.close(),
    };
  } catch (error) {
    await connection.close();
    if (error instanceof Error && error.message.startsWith("Cannot ")) throw error;
    if (isForbidden(error)) {
      throw new Error(
        `Cannot use the NATS server at ${servers}: ${reasonOf(error)}; use credentials that may`,
        { cause: error },
      );
    }
    throw new Error(`Cannot use the NATS server at ${servers}: ${reasonOf(error)}; try again when it is up`, {
      cause: error,
    });
  }
}

/**
 * Entries of a store, by key.
 *
 * The client's own list of keys is a consumer, and waits for ever where an entry is replaced before it is dealt; the subjects
 * of the stream come in one answer.
 */
export async function entriesOf(bus: Bus, bucket: keyof typeof BUCKETS): Promise<(readonly [string, KvEntry])[]> {
  const { name } = BUCKETS[bucket];
  const { state } = await bus.streams.streams.info(`KV_${name}`, { subjects_filter: `$KV.${name}.>` });
  const keys = Object.keys(state.subjects ?? {}).map((subject) => subject.slice(`$KV.${name}.`.length));
  const found = await Promise.all(keys.map(async (key) => [key, await entryOf(bus[bucket], key)] as const));
  return found.flatMap(([key, entry]) => entry === null ? [] : [[key, entry] as const]);
}

/** Entry of a store; null where there is none, or it was deleted. */
export async function entryOf(store: KV, key: string): Promise<KvEntry | null> {
  const entry = await store.get(key);
  return entry === null || entry.value.length === 0 ? null : entry;
}

/** Writes over the entry of a revision: done where it was done already and the answer lost; what others wrote in the meantime stays. */
export async function writeOver(
  store: KV,
  { key, revision }: Pick<KvEntry, "key" | "revision">,
  write: (options: { readonly previousSeq: number }) => Promise<unknown>,
): Promise<void> {
  try {
    await write({ previousSeq: revision });
  } catch (error) {
    if ((await entryOf(store, key))?.revision === revision) throw error;
  }
}

/** Whether the credentials are not enough: trying again changes nothing. */
export function isForbidden(error: unknown): boolean {
  return /permissions? violation/i.test(reasonOf(error));
}

/** Text of whatever was thrown. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : "";
  return cause && !text.includes(cause) ? `${text}: ${cause}` : text;
}

async function made(streams: JetStreamManager, name: string, make: () => Promise<unknown>): Promise<void> {
  try {
    await streams.streams.info(name);
  } catch (missing) {
    try {
      await make();
    } catch (cause) {
      // somebody else may have made it in the meantime
      if (await streams.streams.info(name).then(() => true, () => false)) return;
      throw new Error(
        `Cannot use ${name} on the NATS server: ${reasonOf(missing)}, and it cannot be made: ${reasonOf(cause)}; ` +
          "open it once as a submitter, or give the server more storage",
        { cause },
      );
    }
  }
}

async function connectTo({ servers, creds, tlsCa }: NatsOptions, name: string): Promise<NatsConnection> {
  const list = servers.split(",").map((server) => server.trim());
  for (const server of list) {
    if (!/^(nats|tls):\/\/[^\s/@]+\/?$/.test(server)) {
      // the address is not repeated: it may hold a password
      throw new RangeError(
        server.includes("@")
          ? "Cannot connect to NATS: the address holds a user or a password, which other users of this machine can read; " +
            "put credentials into a file and name that"
          : `Cannot connect to NATS: expected an address such as nats://localhost:4222, got "${server}"`,
      );
    }
  }
  const user = creds === undefined ? undefined : userOf(creds, await readWhole(creds));
  if (tlsCa !== undefined) await readWhole(tlsCa);
  try {
    return await connect({
      servers: list,
      name,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 500,
      timeout: 5000,
      ...user,
      ...tlsCa === undefined ? {} : { tls: { caFile: tlsCa } },
    });
  } catch (cause) {
    const reason = reasonOf(cause);
    if (/authorization|authentication|credential/i.test(reason)) {
      throw new Error(
        `Cannot connect to the NATS server at ${servers}: it refuses ${
          creds === undefined ? "a client without credentials; name their file" : `the credentials in ${creds}`
        }`,
        { cause },
      );
    }
    const way = /certificate|tls|ssl/i.test(reason)
      ? "name the file of its certificate authority"
      : "start one there, or check the address";
    throw new Error(`Cannot connect to the NATS server at ${servers}: ${reason}; ${way}`, { cause });
  }
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (cause) {
    throw new Error(`Cannot connect to NATS: ${path} cannot be read: ${reasonOf(cause)}`, { cause });
  }
}

/** How a user is known to the server, and an inbox that no other user may listen to, see permissionsOf. */
function userOf(path: string, bytes: Uint8Array): Pick<ConnectionOptions, "authenticator" | "inboxPrefix"> {
  const text = new TextDecoder().decode(bytes);
  const seed = new TextEncoder().encode(text.match(/^SU[A-Z2-7]{56}$/m)?.[0]);
  if (seed.length > 0) {
    const authenticator = text.includes("BEGIN NATS USER JWT") ? credsAuthenticator(bytes) : nkeyAuthenticator(seed);
    return { authenticator, inboxPrefix: `_INBOX.${nkeys.fromSeed(seed).getPublicKey()}` };
  }
  throw new SyntaxError(`Cannot connect to NATS: ${path} holds neither a user's credentials nor the seed of an nkey`);
}
