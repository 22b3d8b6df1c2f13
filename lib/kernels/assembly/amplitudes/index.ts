// Loops over the amplitudes of qubits, f64 pairs re, im: amplitude y has qubit i at 1 where bit i of y is set.
export { cz, gate, multiply, rotate } from "./gates";
export { addPauli, elements, weigh } from "./products";
