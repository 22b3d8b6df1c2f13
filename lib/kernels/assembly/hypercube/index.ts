// Loops over the states of n spins, 2^bits of them in f64: state x has spin i up where bit i of x is set. With `mirror` the
// last spin is up in every state, and a flip of it leads to the state with all bits turned.
export { transverse } from "./transverse";
export { form, generator } from "./generator";
export { sweep } from "./sweep";
export { add, dots, rotate } from "./vectors";
