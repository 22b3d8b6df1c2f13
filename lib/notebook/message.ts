import { createHmac, timingSafeEqual } from "node:crypto";
import type { Frames } from "./zmtp_socket.ts";

/** The header of a message, version 5.3 of the protocol. */
export interface Header {
  /** Tells the message from all others. */
  readonly msg_id: string;
  /** Tells the client from all others. */
  readonly session: string;
  /** Who sends it. */
  readonly username: string;
  /** When, as ISO 8601. */
  readonly date: string;
  /** What it is: `execute_request`, `stream`. */
  readonly msg_type: string;
  /** The version of the protocol. */
  readonly version: string;
}

/** One message, to or from a kernel. */
export interface Message {
  /** Who, when, what. */
  readonly header: Header;
  /** The header of the request that it answers; empty if there was none. */
  readonly parent: Partial<Header>;
  /** What does not matter to the protocol. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What is said. */
  // deno-lint-ignore no-explicit-any -- its shape depends on the type of the message
  readonly content: Readonly<Record<string, any>>;
}

const DELIMITER = "<IDS|MSG>";
const encoder = new TextEncoder(), decoder = new TextDecoder();

/** Makes a request, with a fresh identifier. */
export function newMessage(type: string, content: Message["content"], session: string): Message {
  const header = {
    msg_id: crypto.randomUUID(),
    session,
    username: "qama",
    date: new Date().toISOString(),
    msg_type: type,
    version: "5.3",
  };
  return { header, parent: {}, metadata: {}, content };
}

/**
 * Packs a message for the wire: delimiter, signature, header, parent header, metadata, content.
 *
 * The signature is the HMAC-SHA256 of the last four, in hexadecimal; it is empty where the key is.
 *
 * Source: "Messaging in Jupyter", the wire protocol.
 *
 * @example There and back
 * ```ts
 * import { newMessage, packMessage, unpackMessage } from "qama/notebook";
 * import { assertEquals, assertThrows } from "@std/assert";
 * const frames = packMessage(newMessage("kernel_info_request", { a: 1 }, "s"), "key");
 * assertEquals(unpackMessage(frames, "key").content, { a: 1 });
 * assertThrows(() => unpackMessage(frames, "other"), TypeError, "signature");
 * ```
 */
export function packMessage({ header, parent, metadata, content }: Message, key: string): Uint8Array[] {
  const parts = [header, parent, metadata, content].map((part) => encoder.encode(JSON.stringify(part)));
  return [encoder.encode(DELIMITER), encoder.encode(signatureOf(parts, key)), ...parts];
}

/**
 * Unpacks what came over the wire; frames before the delimiter are addresses, those after the content are buffers.
 *
 * @throws {TypeError} if it is no message of Jupyter's, or its signature is not the one that the key gives
 * @throws {SyntaxError} if a part is no JSON
 */
export function unpackMessage(frames: Frames, key: string): Message {
  const at = frames.findIndex((frame) => frame.length === DELIMITER.length && decoder.decode(frame) === DELIMITER);
  if (at < 0 || frames.length < at + 6) {
    throw new TypeError(`Cannot read the kernel's message: ${frames.length} frames, and not those of the protocol`);
  }
  const parts = frames.slice(at + 2, at + 6);
  const [given, due] = [frames[at + 1], encoder.encode(signatureOf(parts, key))];
  if (given.length !== due.length || !timingSafeEqual(given, due)) {
    throw new TypeError("Cannot trust the kernel's message: its signature is not the one that the key gives");
  }
  const [header, parent, metadata, content] = parts.map((part) => JSON.parse(decoder.decode(part)));
  return { header, parent, metadata, content };
}

function signatureOf(parts: Frames, key: string): string {
  if (key === "") return "";
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}
