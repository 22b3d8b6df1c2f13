export { annealDense16, fieldsDense16 } from "./dense16";
export { annealDense32, fieldsDense32 } from "./dense32";
export { annealDenseBits, fieldsDenseBits } from "./dense_bits";
export { annealSparse16, fieldsSparse16 } from "./sparse16";
export { annealSparse32, fieldsSparse32 } from "./sparse32";
