/**
 * SST-2: phrases and sentences of film reviews, good or bad.
 *
 * @module
 */

export { loadSst2, SST2, SST2_TEST } from "./load_sst2.ts";
