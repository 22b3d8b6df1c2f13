/**
 * IMDB: whole film reviews, good or bad.
 *
 * @module
 */

export { IMDB, loadImdb } from "./load_imdb.ts";
