/*
 * A worker of `deno task tts-gap --nats`: measures the one instance that its queue hands it, in a process of its own.
 */
import { serveTtsGap, ttsGapInstances } from "../lib/experiments/mod.ts";
import { givenInstances } from "./_tts_gap_given.ts";

await serveTtsGap({ instances: async (profile) => ttsGapInstances(profile, await givenInstances()) });
