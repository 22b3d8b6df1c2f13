import { checkOptionNames } from "../../model/mod.ts";
import { physicalCim } from "../../samplers/mod.ts";
import { type HardwareGraph, hardwareGraph, zephyrGraph } from "../embedding/mod.ts";
import { Rng } from "../../random/mod.ts";
import { faultRates } from "./_fault_plan.ts";
import { EMULATED_MACHINES, type EmulatorLimits, type EmulatorOptions } from "./types.ts";

const CANNOT = "Cannot start the emulator";
const MIB = 2 ** 20;
const MAX_TIMER_MS = 2 ** 31 - 1;
const DEAD_QUBITS = 2;

/** Options of the emulator, checked, with their defaults. */
export interface ResolvedEmulator extends Omit<Required<EmulatorOptions>, "bits" | "noise" | "faults" | "limits"> {
  readonly bits: number | undefined;
  readonly faults: ReturnType<typeof faultRates>;
  readonly limits: Required<EmulatorLimits>;
}

/** Checks the options. */
export function resolveEmulator(options: EmulatorOptions): ResolvedEmulator {
  checkOptionNames(CANNOT, options, [
    ...["machine", "port", "hostname", "key", "sampler", "bits", "noise", "seed", "latencyMs", "quota", "faults"],
    ...["retryAfterS", "graph", "limits"],
  ]);
  const { machine, hostname = "127.0.0.1", key = drawnKey(), bits, noise, sampler, faults = {} } = options;
  if (!EMULATED_MACHINES.includes(machine)) {
    throw new TypeError(`${CANNOT}: machine must be one of ${EMULATED_MACHINES.join(", ")}, got ${machine}`);
  }
  if (!(key.length >= 8)) throw new RangeError(`${CANNOT}: the key must have 8 characters or more`);
  if (sampler !== undefined && noise !== undefined) {
    throw new TypeError(`${CANNOT}: noise is the default sampler's, and another sampler was given`);
  }
  const port = count("port", options.port ?? 0, 0, 65535);
  const seed = count("seed", options.seed ?? crypto.getRandomValues(new Uint32Array(1))[0], 0);
  if (bits !== undefined) count("bits", bits, 2, 53);
  return {
    ...{ machine, hostname, key, bits, port, seed, faults: faultRates(faults) },
    // the CIM rounds its couplings itself, and says how many are left
    sampler: sampler ??
      physicalCim({ ...(bits !== undefined && { bits }), ...(noise !== undefined && { measurementNoise: noise }) }),
    latencyMs: duration("latencyMs", options.latencyMs ?? 0, 0),
    quota: options.quota === undefined ? Infinity : count("quota", options.quota, 0),
    retryAfterS: count("retryAfterS", options.retryAfterS ?? 1, 0, 3600),
    graph: options.graph ?? wornGraph(zephyrGraph(2), seed),
    limits: resolveLimits(options.limits ?? {}),
  };
}

const DEFAULTS: Required<EmulatorLimits> = {
  ...{ bodyBytes: 32 * MIB, memoryBytes: 512 * MIB, requestMs: 10e3, idleMs: 60e3, exchangeMs: 120e3 },
  ...{ connections: 2000, waiting: 1000, results: 20_000, keepMs: 600e3, jobMs: 30e3, reads: 100 },
};

function resolveLimits(given: EmulatorLimits): Required<EmulatorLimits> {
  checkOptionNames(CANNOT, given, Object.keys(DEFAULTS), " of the limits");
  const limits = { ...DEFAULTS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (name.endsWith("Ms")) duration(name, value, 1);
    else count(name, value, 1);
  }
  return limits;
}

function count(name: string, value: number, min: number, max: number = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  throw new RangeError(`${CANNOT}: ${name} must be an integer ${range}, got ${value}`);
}

function duration(name: string, value: number, min: number): number {
  if (value >= min && value <= MAX_TIMER_MS) return value;
  throw new RangeError(`${CANNOT}: ${name} must be from ${min} to ${MAX_TIMER_MS} ms, got ${value}`);
}

function drawnKey(): string {
  return crypto.getRandomValues(new Uint8Array(24)).toBase64({ alphabet: "base64url" });
}

// no machine has all its qubits
function wornGraph({ name, nodes, rowPtr, columns }: HardwareGraph, seed: number): HardwareGraph {
  const rng = new Rng(seed, 1);
  const dead = new Set(rng.shuffle(Array.from(nodes.keys())).slice(0, DEAD_QUBITS));
  const couplers: [number, number][] = [];
  for (let i = 0; i < nodes.length; i++) {
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) {
      const j = columns[k];
      if (i < j && !dead.has(i) && !dead.has(j)) couplers.push([nodes[i], nodes[j]]);
    }
  }
  return hardwareGraph(name, Array.from(nodes).filter((_, i) => !dead.has(i)), couplers);
}
