/** Most qubits: a state and what a gradient needs beside it are within what WebAssembly can address. */
export const MAX_QUBITS = 26;

/** Throws unless so many qubits can be simulated; says what a state of them would take. */
export function checkQubits(cannot: string, qubits: number): void {
  checkInteger(cannot, "qubits", qubits);
  if (qubits > MAX_QUBITS) {
    throw new RangeError(
      `${cannot} of ${qubits} qubits: one state would take ${bytesOf(qubits)} bytes, at most ${MAX_QUBITS} qubits ` +
        `(${bytesOf(MAX_QUBITS)} bytes a state) are simulated; split the problem or fix some of its variables`,
    );
  }
}

/** Bytes of a state, digits in groups. */
function bytesOf(qubits: number): string {
  return qubits > 1000 ? `2^${qubits + 4}` : (2n ** BigInt(qubits + 4)).toLocaleString("en");
}

/** Throws unless `qubit` is one of `qubits`. */
export function checkQubit(cannot: string, qubit: number, qubits: number): void {
  if (!Number.isInteger(qubit) || qubit < 0 || qubit >= qubits) {
    throw new RangeError(`${cannot}: qubit ${qubit} is none of the ${qubits}, which are 0 to ${qubits - 1}`);
  }
}

/** Throws unless the value is an integer from `least`. */
export function checkInteger(cannot: string, name: string, value: number, least = 1): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new RangeError(`${cannot}: ${name} must be an integer from ${least}, got ${value}`);
}

/** Throws unless the value is a probability. */
export function checkProbability(cannot: string, name: string, value: number): void {
  // written so that NaN is refused
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${cannot}: ${name} must be a probability, got ${value}`);
}

/** Throws unless the value is a finite number. */
export function checkFinite(cannot: string, name: string, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`${cannot}: ${name} must be a finite number, got ${value}`);
}

/** Bytes below which nobody asks how much memory is free. */
const SMALL = 2 ** 28;

/**
 * Throws if states would take more memory than is free: without it the system would end the program where it touches them.
 *
 * @param available bytes that are free; undefined where the program may not know
 * @param wayOut what takes less
 */
export function checkMemory(
  cannot: string,
  what: string,
  bytes: number,
  available?: number,
  wayOut = "take fewer qubits or a smaller batch",
): void {
  if (bytes <= SMALL && available === undefined) return;
  const free = available ?? freeBytes();
  if (free === undefined || bytes <= free) return;
  throw new RangeError(
    `${cannot}: ${what} would take ${bytes.toLocaleString("en")} bytes, and ${
      free.toLocaleString("en")
    } are free; ${wayOut}`,
  );
}

function freeBytes(): number | undefined {
  // asking for leave would stop a program in a terminal
  const leave = Deno.permissions.querySync({ name: "sys", kind: "systemMemoryInfo" });
  return leave.state === "granted" ? Deno.systemMemoryInfo().available : undefined;
}
