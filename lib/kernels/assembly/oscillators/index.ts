export { bitProduct, signBits } from "./bits";
export { control, separate } from "./control";
export { amplitudes, bifurcate, feed, relax } from "./motion";
export { addNoise, normals } from "./normals";
export { denseProduct, denseSignProduct, sparseProduct, sparseSignProduct } from "./products";
export { keep, measure, signs, signPairs, signWords } from "./signs";
