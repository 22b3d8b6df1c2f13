import type { Rng } from "../random/mod.ts";
import {
  type Angle,
  type Circuit,
  cz,
  gate,
  type Hamiltonian,
  hamiltonian,
  type Operation,
  type PauliString,
  phase,
  rotation,
  rx,
  ry,
  rz,
  zz,
} from "./mod.ts";

/** A complex matrix, `[N, N, 2]` row-major. */
export type Dense = Float64Array;

const PAULIS: Readonly<Record<string, readonly number[]>> = {
  I: [1, 0, 0, 0, 0, 0, 1, 0],
  X: [0, 0, 1, 0, 1, 0, 0, 0],
  Y: [0, 0, 0, -1, 0, 1, 0, 0],
  Z: [1, 0, 0, 0, 0, 0, -1, 0],
};

/** A B, with the number of rows told by the length of A. */
export function product(A: Dense, B: Float64Array): Float64Array {
  const N = Math.sqrt(A.length / 2);
  const columns = B.length / (2 * N);
  const C = new Float64Array(B.length);
  for (let i = 0; i < N; i++) {
    for (let k = 0; k < N; k++) {
      const [re, im] = [A[2 * (i * N + k)], A[2 * (i * N + k) + 1]];
      if (re === 0 && im === 0) continue;
      for (let j = 0; j < columns; j++) {
        const [at, from] = [2 * (i * columns + j), 2 * (k * columns + j)];
        C[at] += re * B[from] - im * B[from + 1];
        C[at + 1] += re * B[from + 1] + im * B[from];
      }
    }
  }
  return C;
}

/** The tensor product of a matrix for each qubit, qubit 0 the lowest bit: made entry by entry. */
function tensor(matrices: readonly (readonly number[])[]): Dense {
  const N = 2 ** matrices.length;
  const result = new Float64Array(2 * N * N);
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N; j++) {
      let [re, im] = [1, 0];
      matrices.forEach((m, q) => {
        const at = 2 * (2 * ((i >> q) & 1) + ((j >> q) & 1));
        [re, im] = [re * m[at] - im * m[at + 1], re * m[at + 1] + im * m[at]];
      });
      result[2 * (i * N + j)] = re;
      result[2 * (i * N + j) + 1] = im;
    }
  }
  return result;
}

/** The matrix of a Pauli string. */
export function denseString(qubits: number, { label }: PauliString): Dense {
  const factors = Array<readonly number[]>(qubits).fill(PAULIS.I);
  if (label !== "I") { for (const word of label.split(" ")) factors[Number(word.slice(1))] = PAULIS[word[0]]; }
  return tensor(factors);
}

/** The matrix of a Hamiltonian. */
export function denseHamiltonian(H: Hamiltonian): Dense {
  const sum = new Float64Array(2 * 4 ** H.qubits);
  H.strings.forEach((string, j) => {
    denseString(H.qubits, string).forEach((value, i) => sum[i] += H.coefficients[j] * value);
  });
  return sum;
}

/** `exp(-i t H)` by scaling, a series and squaring. */
export function denseExponential(H: Dense, t: number): Dense {
  const N = Math.sqrt(H.length / 2);
  const norm = Math.sqrt(H.reduce((sum, value) => sum + value * value, 0)) * Math.abs(t);
  const squarings = Math.max(0, Math.ceil(Math.log2(norm + 1e-300)) + 2);
  const by = t / 2 ** squarings;
  const G = new Float64Array(H.length);
  for (let i = 0; i < H.length; i += 2) [G[i], G[i + 1]] = [by * H[i + 1], -by * H[i]];
  let term: Float64Array = new Float64Array(H.length);
  for (let i = 0; i < N; i++) term[2 * (i * N + i)] = 1;
  let sum: Float64Array = term.slice();
  for (let k = 1; k < 24; k++) {
    term = product(G, term).map((value) => value / k);
    sum = sum.map((value, i) => value + term[i]);
  }
  for (let k = 0; k < squarings; k++) sum = product(sum, sum);
  return sum;
}

/** The matrix of an operation. */
export function denseOperation(qubits: number, operation: Operation, angleOf: (angle: Angle) => number): Dense {
  switch (operation.kind) {
    case "gate": {
      const factors = Array<readonly number[]>(qubits).fill(PAULIS.I);
      factors[operation.qubit] = [...operation.matrix];
      return tensor(factors);
    }
    case "cz": {
      const [a, b] = operation.qubits;
      const H = hamiltonian(qubits, [[0.25, "I"], [-0.25, `Z${a}`], [-0.25, `Z${b}`], [0.25, `Z${a} Z${b}`]]);
      return denseExponential(denseHamiltonian(H), Math.PI);
    }
    case "rotation":
      return denseExponential(denseString(qubits, operation.string), angleOf(operation.angle) / 2);
    case "phase":
      return denseExponential(denseHamiltonian(operation.diagonal), angleOf(operation.angle));
  }
}

/** The state that a circuit ends in, by whole matrices. */
export function denseRun(
  { qubits, operations }: Circuit,
  psi: Float64Array,
  angleOf: (angle: Angle) => number,
): Float64Array {
  return operations.reduce((state, operation) => product(denseOperation(qubits, operation, angleOf), state), psi);
}

/** `<psi|A|psi>`, real part. */
export function denseExpectation(A: Dense, psi: Float64Array): number {
  const image = product(A, psi);
  return image.reduce((sum, value, i) => sum + value * psi[i], 0);
}

/** A state of normal amplitudes. */
export function randomState(qubits: number, rng: Rng): Float64Array {
  const psi = Float64Array.from({ length: 2 * 2 ** qubits }, () => rng.normal());
  const norm = Math.hypot(...psi);
  return psi.map((value) => value / norm);
}

/** A Pauli string on random qubits, not the identity. */
export function randomString(qubits: number, rng: Rng, factors = "XYZ"): string {
  const words: string[] = [];
  while (words.length === 0) {
    for (let q = 0; q < qubits; q++) if (rng.uniform() < 0.6) words.push(`${factors[rng.integer(factors.length)]}${q}`);
  }
  return words.join(" ");
}

/** A Hamiltonian of random strings and coefficients. */
export function randomHamiltonian(qubits: number, terms: number, rng: Rng, factors = "XYZ"): Hamiltonian {
  const strings = new Set<string>();
  while (strings.size < Math.min(terms, 2 ** qubits - 1)) strings.add(randomString(qubits, rng, factors));
  return hamiltonian(qubits, [...strings].map((text) => [rng.normal(), text]));
}

/** Operations of every kind, in random order, with P parameters and I inputs. */
export function randomOperations(qubits: number, count: number, rng: Rng, P: number, I: number): Operation[] {
  const qubit = () => rng.integer(qubits);
  const angle = (): Angle => {
    const parameter = P > 0 ? rng.integer(P) : undefined;
    const input = I > 0 ? rng.integer(I) : undefined;
    const kinds: Angle[] = [3 * rng.normal(), { parameter, factor: rng.normal() }, { input }, { parameter, input }];
    return kinds[rng.integer(P === 0 ? 1 : I === 0 ? 2 : 4)];
  };
  const other = (a: number) => (a + 1 + rng.integer(qubits - 1)) % qubits;
  const kinds: (() => Operation)[] = [
    () => gate((["h", "x", "y", "z", "s", "t"] as const)[rng.integer(6)], qubit()),
    () => rx(angle(), qubit()),
    () => ry(angle(), qubit()),
    () => rz(angle(), qubit()),
    () => rotation(angle(), randomString(qubits, rng)),
    () => phase(angle(), randomHamiltonian(qubits, 4, rng, "Z")),
    () => gate(randomUnitary(rng), qubit()),
    ...(qubits === 1 ? [] : [(a = qubit()) => cz(a, other(a)), (a = qubit()) => zz(angle(), a, other(a))]),
  ];
  return Array.from({ length: count }, (_, k) => kinds[k < kinds.length ? k : rng.integer(kinds.length)]());
}

function randomUnitary(rng: Rng): Float64Array {
  const [a, b, c, d] = randomState(1, rng);
  const [re, im] = [Math.cos(1), Math.sin(1)];
  // rows (u, v) and e^i (-conj v, conj u)
  return Float64Array.of(a, b, c, d, -c * re - d * im, d * re - c * im, a * re + b * im, a * im - b * re);
}
