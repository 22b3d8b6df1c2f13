import {
  EMULATED_MACHINES,
  type EmulatedMachine,
  type EmulatorOptions,
  type HardwareGraph,
  kingGraph,
  pegasusGraph,
  zephyrGraph,
} from "../lib/machine/mod.ts";
import { physicalCim } from "../lib/samplers/mod.ts";
import { UsageError, type Values } from "./_cli.ts";
import { samplerNamed } from "./_sampler_registry.ts";

const COMMAND = "deno task emulator";

/** Where the emulator looks for the key that callers must show. */
export const EMULATOR_KEY = "QAMA_EMULATOR_KEY";

/** Where the clients look for theirs. */
export const KEY_VARIABLES: Readonly<Record<EmulatedMachine, string | undefined>> = {
  isingq: "ISINGQ_API_KEY",
  hitachi: "HITACHI_ANNEALING_TOKEN",
  amplify: "AMPLIFY_TOKEN",
  fujitsu: "FUJITSU_DA_API_KEY",
  sqbm: undefined,
  dwave: "DWAVE_API_TOKEN",
};

/** The command line of `emulator`. */
export const emulatorCli = {
  command: COMMAND,
  summary: [
    "Stands in for an Ising machine on this computer: its wire protocol, its limits, and on demand its failures.",
    `The key that callers must show is taken from ${EMULATOR_KEY}, or drawn and printed once. Ctrl-C closes.`,
  ].join("\n"),
  examples: [
    `${COMMAND} --machine isingq --port 8765 --bits 8`,
    `${COMMAND} --machine hitachi --backend simulated-annealing --seed 1`,
    `${COMMAND} --machine fujitsu --faults all:0.2 --quota 100 --latency 50ms`,
    `${COMMAND} --machine dwave --graph pegasus:3 --faults lost:0.1,429:0.05`,
  ],
  options: {
    machine: { type: "string", choices: EMULATED_MACHINES, default: "isingq", help: "whose wire protocol" },
    port: { type: "integer", min: 0, max: 65_535, default: 8765, help: "where to listen; 0 for any port that is free" },
    hostname: { type: "string", default: "127.0.0.1", help: "address to listen on; others than this let others in" },
    backend: { type: "string", default: "cim", help: "what answers: cim, or a sampler such as simulated-annealing" },
    preset: { type: "string", choices: ["5ms", "1.6ms"], help: "time axis of the CIM [5ms]" },
    bits: { type: "integer", min: 2, help: "bits of the couplings that the machine holds" },
    noise: { type: "number", min: 0, help: "loop noise of the CIM [0.1]" },
    latency: { type: "duration", default: "0ms", help: "added before every reply" },
    quota: { type: "integer", min: 0, help: "jobs that the account may submit" },
    faults: { type: "string", help: "what goes wrong: all:0.2, or names with rates such as lost:0.1,429:0.05" },
    retryAfter: { type: "integer", min: 0, default: 1, help: "seconds that a 429 or 503 asks to wait" },
    graph: {
      type: "string",
      help: "qubits of dwave: zephyr:M, pegasus:M or king:WIDTHxHEIGHT [zephyr:2, two missing]",
    },
    seed: { type: "integer", min: 0, help: "of answers and faults; drawn, and printed, where it is not given" },
    json: { type: "boolean", help: "prints one object in place of lines" },
  },
} as const;

/**
 * What a command line asks for.
 *
 * @throws {UsageError} if options contradict each other or name what is not there
 */
export function emulatorOptions(values: Values<typeof emulatorCli.options>, key: string | undefined): EmulatorOptions {
  const { machine, port, hostname, backend, preset, bits, noise, latency, quota, faults, retryAfter, seed } = values;
  const isCim = backend === "cim" || backend === "physical-cim" || backend === "physicalCim";
  if (!isCim && (preset !== undefined || noise !== undefined)) {
    throw new UsageError("--preset and --noise are the CIM's; leave --backend out, or leave them out");
  }
  if (values.graph !== undefined && machine !== "dwave") throw new UsageError("--graph is dwave's alone");
  const cim = {
    ...(preset !== undefined && { preset }),
    ...(noise !== undefined && { measurementNoise: noise }),
    ...(bits !== undefined && { bits }),
  };
  return {
    ...{ machine, port, hostname, latencyMs: latency, retryAfterS: retryAfter },
    sampler: isCim ? physicalCim(cim) : samplerNamed(backend).make({}),
    // the CIM rounds by itself
    ...(bits !== undefined && !isCim && { bits }),
    ...(key !== undefined && { key }),
    ...(quota !== undefined && { quota }),
    ...(faults !== undefined && { faults }),
    ...(seed !== undefined && { seed }),
    ...(values.graph !== undefined && { graph: graphOf(values.graph) }),
  };
}

function graphOf(text: string): HardwareGraph {
  const [, kind, first, second] = /^(zephyr|pegasus|king):(\d+)(?:x(\d+))?$/.exec(text) ?? [];
  if (kind === undefined || (kind === "king") !== (second !== undefined)) {
    throw new UsageError(`--graph takes zephyr:2, pegasus:3 or king:8x8, got "${text}"`);
  }
  if (kind === "king") return kingGraph(Number(first), Number(second));
  return kind === "zephyr" ? zephyrGraph(Number(first)) : pegasusGraph(Number(first));
}
