import { MACHINE_OPTIONS, type MachineOptions } from "../machine_options.ts";

/** Refuses a number of an option that is out of its range. */
export function checkNumber(
  cannot: string,
  name: string,
  value: number,
  min: number,
  max: number,
  kind: "integer" | "number" = "integer",
): void {
  const whole = kind === "number" ? Number.isFinite(value) : Number.isSafeInteger(value);
  if (whole && value >= min && value <= max) return;
  const what = kind === "number" ? "a number" : "an integer";
  throw new RangeError(`${cannot}: ${name} is ${value}, expected ${what} from ${min} to ${max}`);
}

/** The address of a service without a slash at its end. */
export function baseUrl(cannot: string, url: string): string {
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new TypeError(`${cannot}: url is ${url}, expected an address that starts with https://`);
  }
  return url.replace(/\/+$/, "");
}

/** The options that are a protocol's own, without those that every machine has. */
export function ownOptions<O extends object>(options: O): Omit<O, keyof MachineOptions> {
  const shared = new Set<string>(MACHINE_OPTIONS);
  return Object.fromEntries(Object.entries(options).filter(([name]) => !shared.has(name))) as Omit<
    O,
    keyof MachineOptions
  >;
}

/** Longest waits where nothing is said about them; as `MachineOptions` has them. */
const REQUEST_MS = 60_000;
const DEADLINE_MS = 600_000;

/**
 * Options with waits that the machine's own time fits into, unless the caller has said how long to wait.
 *
 * @param atOnce true if the reply to the job is its answer
 */
export function patient<O extends MachineOptions>(options: O, runMs: number, atOnce: boolean): O {
  return {
    ...options,
    ...(atOnce && { requestMs: options.requestMs ?? REQUEST_MS + runMs }),
    deadlineMs: options.deadlineMs ?? DEADLINE_MS + runMs,
  };
}
