/**
 * Glyphs: ten shapes drawn by this project, for where no published set can be had.
 *
 * @module
 */

export { GLYPH_CLASSES } from "./_shapes.ts";
export { drawGlyph, GLYPH_SIZE } from "./draw_glyph.ts";
export { type GlyphOptions, loadGlyphs } from "./load_glyphs.ts";
