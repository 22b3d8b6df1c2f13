/** What a socket says it is. */
export type ZmtpKind = "DEALER" | "SUB" | "REQ";

const encoder = new TextEncoder();

/** The message by which a subscriber asks for every topic. */
export const SUBSCRIBE_ALL: Uint8Array<ArrayBuffer> = Uint8Array.of(1);

/** The first 64 bytes on a connection: version 3.0, no security. */
export function greeting(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(64);
  bytes[0] = 0xff;
  bytes[8] = 1;
  bytes[9] = 0x7f;
  bytes[10] = 3;
  bytes.set(encoder.encode("NULL"), 12);
  return bytes;
}

/** The command that ends the handshake, with the kind of socket and its identity. */
export function readyCommand(kind: ZmtpKind, identity: string): Uint8Array<ArrayBuffer> {
  const property = (name: string, value: string) => {
    const size = new Uint8Array(4);
    new DataView(size.buffer).setUint32(0, value.length);
    return concatBytes([Uint8Array.of(name.length), encoder.encode(name), size, encoder.encode(value)]);
  };
  const body = concatBytes([
    Uint8Array.of(5),
    encoder.encode("READY"),
    property("Socket-Type", kind),
    property("Identity", identity),
  ]);
  // a command longer than a byte can say has its size in eight
  const head = messageBytes([body]).subarray(0, body.length < 256 ? 2 : 9);
  head[0] |= 4;
  return concatBytes([head, body]);
}

/** A message on the wire: each frame with its flags (1 more follow, 2 long) and its size. */
export function messageBytes(frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return concatBytes(frames.flatMap((frame, i) => {
    const more = i < frames.length - 1 ? 1 : 0;
    if (frame.length < 256) return [Uint8Array.of(more, frame.length), frame];
    const head = new Uint8Array(9);
    head[0] = more | 2;
    new DataView(head.buffer).setBigUint64(1, BigInt(frame.length));
    return [head, frame];
  }));
}

/** Joins byte arrays into a fresh one. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
