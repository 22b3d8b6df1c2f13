/**
 * Draws a grid of colours as SVG, one path a colour, neighbours of one colour in a row as one rectangle.
 *
 * @param colourAt index of a colour, or -1 for none
 */
export function raster(
  rows: number,
  columns: number,
  colourAt: (row: number, column: number) => number,
  colours: readonly string[],
): string {
  const paths = colours.map(() => "");
  for (let row = 0; row < rows; row++) {
    for (let from = 0; from < columns;) {
      const colour = colourAt(row, from);
      let to = from + 1;
      while (to < columns && colourAt(row, to) === colour) to++;
      if (colour >= 0) paths[colour] += `M${from} ${row}h${to - from}v1h${from - to}z`;
      from = to;
    }
  }
  const drawn = paths.map((path, i) => path === "" ? "" : `<path fill="${colours[i]}" d="${path}"/>`);
  return `<g shape-rendering="crispEdges">${drawn.join("")}</g>`;
}
