/** The version of this library, as stories and records carry it. */
export const version: string = "0.1.0";
