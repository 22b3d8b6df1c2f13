/**
 * Published instances of the field, with ground energies where they are proved and best known values where not.
 *
 * @module
 */
export { loadPublishedInstances, type LoadPublishedInstancesOptions } from "./load_published_instances.ts";
export { type PublishedEntry, publishedList, type PublishedSet } from "./published_list.ts";
