import { inflateSync } from "node:zlib";

/** What the first image of a drawing holds, cell by cell, `[rows][columns]`: `#rrggbb`, or undefined where it is transparent. */
export function cellsOf(svg: string, which = 0): (string | undefined)[][] {
  const base64 = [...svg.matchAll(/data:image\/png;base64,([^"]+)/g)][which][1];
  const bytes = Uint8Array.fromBase64(base64);
  const view = new DataView(bytes.buffer);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < bytes.length;) {
    const length = view.getUint32(at);
    chunks.set(new TextDecoder().decode(bytes.subarray(at + 4, at + 8)), bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const header = chunks.get("IHDR") ?? new Uint8Array();
  const [columns, rows] = [new DataView(header.buffer, header.byteOffset).getUint32(0), view.getUint32(20)];
  const [bits, type] = [header[8], header[9]];
  const palette = chunks.get("PLTE") ?? new Uint8Array();
  const opacity = chunks.get("tRNS");
  const lines = inflateSync(chunks.get("IDAT") ?? new Uint8Array());
  const width = Math.ceil(columns * bits / 8) * (type === 2 ? 3 : 1) + 1;
  const hex = (parts: ArrayLike<number>) =>
    `#${Array.from(parts, (part) => part.toString(16).padStart(2, "0")).join("")}`;
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, c) => {
      const line = r * width + 1;
      if (type === 2) return hex(lines.subarray(line + 3 * c, line + 3 * c + 3));
      const value = lines[line + (c * bits >> 3)] >> (8 - bits - (c * bits & 7)) & (2 ** bits - 1);
      if (type === 0) return hex([value, value, value]);
      return opacity?.[value] === 0 ? undefined : hex(palette.subarray(3 * value, 3 * value + 3));
    }));
}
