import { pngBytes } from "../display/mod.ts";

/** Five by five spins, one letter a row: `u` up, `d` down; the domain of ups is a Q. */
const SPINS = ["duuud", "udddu", "ududu", "uddud", "duudu"];
const COLOURS: Readonly<Record<string, readonly [number, number, number]>> = {
  ground: [21, 24, 29],
  u: [240, 123, 38],
  d: [63, 163, 224],
};
const SIDE = 12;
const RADIUS = 0.36;

/** What colour a point has, in units of spins from the top left corner of the lattice. */
function colourAt(x: number, y: number): readonly [number, number, number] {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const spin = SPINS[row]?.[column];
  const isInside = Math.hypot(x - column - 0.5, y - row - 0.5) < RADIUS;
  return COLOURS[spin !== undefined && isInside ? spin : "ground"];
}

/** The logo as a drawing. */
export function logoSvg(): string {
  const colour = (name: string) => `rgb(${COLOURS[name].join(" ")})`;
  const dots = SPINS.flatMap((line, row) =>
    [...line].map((spin, column) => {
      const [x, y] = [column, row].map((at) => 2 + (at + 0.5) * SIDE);
      return `<circle cx="${x}" cy="${y}" r="${RADIUS * SIDE}" fill="${colour(spin)}"/>`;
    })
  );
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="QAMA">',
    `<rect width="64" height="64" rx="10" fill="${colour("ground")}"/>`,
    ...dots,
    "</svg>",
    "",
  ].join("\n");
}

/** The logo in pixels, `size` a side; each is the mean of 16 points. */
export function logoPng(size: number): Uint8Array {
  const pixels = new Uint8Array(size * size * 3);
  const unit = 64 / size / SIDE, margin = 2 / SIDE;
  for (let at = 0; at < size * size; at++) {
    const sum = [0, 0, 0];
    for (let point = 0; point < 16; point++) {
      const x = (at % size + (point % 4 + 0.5) / 4) * unit - margin;
      const y = (Math.floor(at / size) + (Math.floor(point / 4) + 0.5) / 4) * unit - margin;
      colourAt(x, y).forEach((value, channel) => sum[channel] += value / 16);
    }
    pixels.set(sum.map(Math.round), at * 3);
  }
  return pngBytes(pixels, size, size, 3);
}
