/**
 * CIFAR-10: small colour photographs.
 *
 * @module
 */

export { CIFAR_10, type CifarBatch, type CifarSet, loadCifar10 } from "./load_cifar_10.ts";
export { type CifarPictures, parseCifarBatch } from "./parse_cifar_batch.ts";
