/**
 * Reviews: sentences made up by this project, for where no published set of texts can be had.
 *
 * @module
 */

export { type DrawnReview, drawReview } from "./draw_review.ts";
export { loadReviews, type ReviewOptions } from "./load_reviews.ts";
