import { BUCKETS, CHECKPOINTS, PRIORITIES, TASKS } from "./_nats_bus.ts";

/** What somebody may do with a queue: hand plans in, do tasks, look. */
export type NatsRole = "submitter" | "worker" | "viewer";

/** Every role. */
export const NATS_ROLES: readonly NatsRole[] = ["submitter", "worker", "viewer"];

type Bucket = keyof typeof BUCKETS;

/** Subjects that a role may publish to and subscribe to; `user` is the public key, which its inbox is named after. */
export function permissionsOf(role: NatsRole, user: string): { publish: string[]; subscribe: string[] } {
  const inbox = `_INBOX.${user}.>`;
  const look = ["$JS.API.INFO", `$JS.API.STREAM.INFO.${TASKS}`, `$JS.API.CONSUMER.INFO.${TASKS}.*`];
  const all = (["results", "dead", "tries", "workers", "plans"] as const).flatMap((name) =>
    reading(`KV_${BUCKETS[name].name}`)
  );
  if (role === "viewer") {
    return {
      // of results, checkpoints and tasks it sees that they are there, not what they are
      publish: [
        ...look,
        ...(["dead", "workers", "plans"] as const).flatMap((name) => reading(`KV_${BUCKETS[name].name}`)),
        ...[`KV_${BUCKETS.results.name}`, `KV_${BUCKETS.tries.name}`, `OBJ_${CHECKPOINTS}`].map(infoOf),
      ],
      subscribe: [inbox, "qama.progress.>"],
    };
  }
  const objects = [...reading(`OBJ_${CHECKPOINTS}`)];
  // what is there already is not changed by it
  const making = [TASKS, ...Object.values(BUCKETS).map(({ name }) => `KV_${name}`), `OBJ_${CHECKPOINTS}`].map((
    stream,
  ) => `$JS.API.STREAM.CREATE.${stream}`);
  const durables = PRIORITIES.flatMap((name) => [
    `$JS.API.CONSUMER.CREATE.${TASKS}.${name}.>`,
    `$JS.API.CONSUMER.DURABLE.CREATE.${TASKS}.${name}`,
  ]);
  const both = [...look, ...all, ...objects, ...making, ...durables];
  if (role === "worker") {
    return {
      publish: [
        ...both,
        ...PRIORITIES.map((name) => `$JS.API.CONSUMER.MSG.NEXT.${TASKS}.${name}`),
        `$JS.ACK.${TASKS}.>`,
        ...(["results", "dead", "tries", "workers"] as const).map(writing),
        `$O.${CHECKPOINTS}.>`,
        // of the checkpoint that a newer one replaces
        `$JS.API.STREAM.PURGE.OBJ_${CHECKPOINTS}`,
        "qama.progress.>",
      ],
      subscribe: [inbox, "qama.news"],
    };
  }
  return {
    publish: [
      ...both,
      "qama.tasks.>",
      "qama.news",
      `$JS.API.STREAM.PURGE.${TASKS}`,
      // what was given up is tried anew
      ...(["plans", "dead", "tries"] as const).map(writing),
    ],
    subscribe: [inbox, "qama.progress.>"],
  };
}

function infoOf(stream: string): string {
  return `$JS.API.STREAM.INFO.${stream}`;
}

/** What it takes to get and to watch; consumers of these streams take nothing away from others. */
function reading(stream: string): string[] {
  return [
    infoOf(stream),
    `$JS.API.DIRECT.GET.${stream}.>`,
    `$JS.API.DIRECT.GET.${stream}`,
    `$JS.API.STREAM.MSG.GET.${stream}`,
    `$JS.API.CONSUMER.CREATE.${stream}.>`,
    `$JS.API.CONSUMER.INFO.${stream}.*`,
    `$JS.API.CONSUMER.DELETE.${stream}.*`,
    `$JS.FC.${stream}.>`,
  ];
}

function writing(bucket: Bucket): string {
  return `$KV.${BUCKETS[bucket].name}.>`;
}
