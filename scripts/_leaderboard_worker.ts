/*
 * Our side of the leaderboard: reads jobs as JSON lines from standard input and prints an answer for each, by the same clock
 * rules as the peers' scripts in scripts/peers/, so that both can be started alike and kept on one core.
 */
import { TextLineStream } from "./_line_stream.ts";
import { runJob } from "./_leaderboard_job.ts";
import type { Answer, Job } from "./_leaderboard_types.ts";

const pinned = Deno.args.includes("--pinned");
const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
for await (const line of lines) {
  const job: Job = JSON.parse(line);
  const answer: Answer = await runJob(job, pinned).catch((error) => ({ ok: false, error: String(error) }));
  console.log(JSON.stringify(answer));
}
