/**
 * MNIST: handwritten digits.
 *
 * @module
 */

export { loadMnist, MNIST } from "./load_mnist.ts";
