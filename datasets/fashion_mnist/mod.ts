/**
 * Fashion-MNIST: pictures of clothing.
 *
 * @module
 */

export { FASHION_MNIST, loadFashionMnist } from "./load_fashion_mnist.ts";
