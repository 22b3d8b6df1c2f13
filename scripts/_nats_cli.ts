import type { NatsOptions, Priority } from "../lib/experiments/mod.ts";
import { shellWord, UsageError } from "./_cli_option.ts";
import type { DataSource } from "./_reproduce_data.ts";

/** The options of every command that uses NATS servers. */
export const natsOptions = {
  nats: {
    type: "string",
    help: "addresses of NATS servers with JetStream, nats://HOST:4222, with commas between them",
  },
  creds: { type: "string", help: "with --nats: file of a user's credentials, or of the seed of an nkey" },
  tlsCa: { type: "string", help: "with --nats: file of the certificate authority that the servers are checked with" },
} as const;

/** The options of a command that hands tasks in. */
export const submitOptions = {
  ...natsOptions,
  priority: {
    type: "string",
    choices: ["high", "normal", "low"],
    default: "normal",
    help: "with --nats: how soon the tasks have their turn",
  },
} as const;

/** What {@link natsOptions} read into. */
export interface NatsValues {
  readonly nats?: string;
  readonly creds?: string;
  readonly tlsCa?: string;
}

/** What {@link submitOptions} read into; tests may leave all of it out. */
export interface SubmitValues extends NatsValues {
  readonly priority?: Priority;
}

/** Which servers are meant; null without --nats. */
export function natsFrom({ nats, creds, tlsCa }: NatsValues): NatsOptions | null {
  if (nats === undefined) {
    if (creds === undefined && tlsCa === undefined) return null;
    throw new UsageError(
      `${creds === undefined ? "--tls-ca" : "--creds"} says how to connect, --nats where: give both`,
    );
  }
  return { servers: nats, ...creds === undefined ? {} : { creds }, ...tlsCa === undefined ? {} : { tlsCa } };
}

/** Which servers are meant, where the command is nothing without them. */
export function natsNeeded(values: NatsValues): NatsOptions {
  const nats = natsFrom(values);
  if (nats === null) throw new UsageError("Which servers? Give their addresses: --nats nats://HOST:4222");
  return nats;
}

/** The options as they were typed, for the line that says how to go on. */
export function natsWords({ nats, creds, tlsCa, priority = "normal" }: SubmitValues): string[] {
  if (nats === undefined) return [];
  const words = [`--nats ${shellWord(nats)}`];
  if (creds !== undefined) words.push(`--creds ${shellWord(creds)}`);
  if (tlsCa !== undefined) words.push(`--tls-ca ${shellWord(tlsCa)}`);
  if (priority !== "normal") words.push(`--priority ${priority}`);
  return words;
}

/** What a worker is told of the data: on another machine the folders are its own affair. */
export function sourceFor({ nats }: NatsValues, source: DataSource): DataSource {
  return nats === undefined ? source : { ...source, dataDir: null };
}
