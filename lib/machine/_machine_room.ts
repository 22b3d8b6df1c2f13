import { Cassette } from "./cassette.ts";
import { environmentKey } from "./environment_key.ts";
import { JobRunner } from "./job_runner.ts";
import { jobsFolder } from "./jobs_folder.ts";
import { Journal, journalOf } from "./journal.ts";
import type { MachineOptions } from "./machine_options.ts";
import { keepOrigin } from "./_origins.ts";
import { RateLimit } from "./rate_limit.ts";
import type { Json, MachineProtocol } from "./types.ts";

/** What a machine is used with: made at the first call, so that making a sampler asks for no permission. */
export interface MachineRoom {
  readonly journal: Journal;
  readonly runner: JobRunner;
}

/** Opens the journal, the tape and the runner of a machine. */
export async function openRoom(protocol: MachineProtocol, options: MachineOptions, origin: Json): Promise<MachineRoom> {
  const { folder, requestsPerSecond, cassette, ...rest } = options;
  const carrier = cassette && new Cassette(cassette, () => environmentKey(protocol) ?? "");
  const replays = carrier?.keyless ?? false;
  // a replay spends nothing and leaves nothing behind
  const journal = replays ? new Journal(undefined) : journalOf(folder ?? jobsFolder());
  if (carrier !== undefined && replays) await playAnswers(carrier, journal, protocol);
  const runner = new JobRunner(protocol, journal, {
    ...rest,
    ...(replays && { spendCap: undefined }),
    ...(requestsPerSecond !== undefined && !replays && { rateLimit: new RateLimit(requestsPerSecond) }),
    ...(carrier !== undefined && { carrier }),
    origin: await keepOrigin(journal.folder, origin),
  });
  return { journal, runner };
}

async function playAnswers(tape: Cassette, journal: Journal, { name, url }: MachineProtocol): Promise<void> {
  const cost = { jobs: 0, seconds: 0, money: 0 };
  const intent = { type: "intent", machine: name, url, tag: "tape", attempt: 1, cost, by: "tape" } as const;
  const records = [...tape.answers].flatMap(([key, text]) => [
    { ...intent, key },
    { type: "answer", key, answer: { digest: key, bytes: text.length, text } } as const,
  ]);
  await journal.transact(() => ({ records, result: undefined }));
}
