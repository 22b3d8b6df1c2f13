/**
 * Returns the SHA-256 digest of bytes, as 64 lower-case hexadecimal digits.
 *
 * @param bytes any number of bytes
 * @returns the digest, as `sha256sum` prints it
 *
 * Cost O(length), about 1 ms a MB.
 * Source: FIPS 180-4, through `crypto.subtle`.
 *
 * @example The digest of nothing
 * ```ts
 * import { sha256 } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals((await sha256(new Uint8Array())).slice(0, 8), "e3b0c442");
 * ```
 */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
