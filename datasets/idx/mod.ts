/**
 * The idx format of the MNIST family: its parser, and the loader that data sets in it share.
 *
 * @module
 */

export { type IdxFile, type IdxImageSet, LOAD_OPTIONS, loadIdxImages, type LoadOptions } from "./load_idx_images.ts";
export { type IdxArray, parseIdx } from "./parse_idx.ts";
