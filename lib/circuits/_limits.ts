/** Most qubits: a state and what a gradient needs beside it are within what WebAssembly can address. */
export const MAX_QUBITS = 26;

/** Throws unless so many qubits can be simulated; says what a state of them would take. */
export function checkQubits(cannot: string, qubits: number): void {
  if (!Number.isSafeInteger(qubits) || qubits < 1) {
    throw new RangeError(`${cannot}: qubits must be an integer from 1, got ${qubits}`);
  }
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

/** Throws unless the value is a finite number. */
export function checkFinite(cannot: string, name: string, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`${cannot}: ${name} must be a finite number, got ${value}`);
}
