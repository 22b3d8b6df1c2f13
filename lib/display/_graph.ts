import { text, titleText } from "./_chart.ts";
import { NEGATIVE, POSITIVE } from "./_colours.ts";
import { graphLayout } from "./_graph_layout.ts";
import { makeShown } from "./_make_shown.ts";
import { svgElement } from "./_svg.ts";
import { short } from "./_text.ts";
import type { Shown } from "./shown.ts";

/** Nodes up to which a graph is drawn. */
export const MOST_NODES = 64;
/** Edges up to which a graph is drawn. */
export const MOST_EDGES = 256;

const [LEFT, TOP, EDGE] = [34, 58, 280];

/** The graph of couplings: edges in the colour of their sign, wider where they are stronger, dashed where negative. */
export function couplingGraph(
  n: number,
  edges: readonly (readonly [number, number, number])[],
  linear: Float64Array,
  { ising, labels = Array.from({ length: n }, (_, i) => i) }: {
    readonly ising: boolean;
    readonly labels?: readonly (string | number)[];
  },
): Shown {
  const places = graphLayout(n, edges);
  const at = (i: number) => [LEFT + places[2 * i] * EDGE, TOP + places[2 * i + 1] * EDGE] as const;
  const largest = Math.max(...edges.map(([, , value]) => Math.abs(value)), 1e-300);
  const strength = Math.max(...linear.map(Math.abs), 1e-300);
  const lines = edges.map(([i, j, value]) => {
    const [[x1, y1], [x2, y2]] = [at(i), at(j)];
    const width = short(0.8 + 3.2 * Math.abs(value) / largest);
    return `<path d="M${short(x1)} ${short(y1)}L${short(x2)} ${short(y2)}" stroke="${
      value < 0 ? NEGATIVE : POSITIVE
    }" stroke-width="${width}"${value < 0 ? "" : ' stroke-dasharray="6 3"'}/>`;
  });
  const radius = n <= 24 ? 11 : n <= 40 ? 9 : 5;
  const nodes = Array.from({ length: n }, (_, i) => {
    const [x, y] = at(i);
    const ring = linear[i] === 0 ? "#222222" : linear[i] < 0 ? NEGATIVE : POSITIVE;
    const circle = `<circle cx="${short(x)}" cy="${
      short(y)
    }" r="${radius}" fill="#ffffff" stroke="${ring}" stroke-width="${short(1 + 2 * Math.abs(linear[i]) / strength)}"/>`;
    const size = radius < 9 ? "" : text(x, y + 4, String(labels[i]).slice(0, 12), "middle", ` font-size="${radius}"`);
    return circle + size;
  });
  const title = "Graph";
  const legend = [
    `<path d="M22 40h26" stroke="${NEGATIVE}" stroke-width="2.4"/>`,
    text(54, 44, ising ? "negative: like to be equal" : "negative: like to be 1 both", "start", ' font-size="11"'),
    `<path d="M228 40h26" stroke="${POSITIVE}" stroke-width="2.4" stroke-dasharray="6 3"/>`,
    text(260, 44, "positive", "start", ' font-size="11"'),
  ];
  const parts = [titleText(20, 24, title), ...legend, ...lines, ...nodes];
  const degrees = new Array<number>(n).fill(0);
  for (const [i, j] of edges) [degrees[i], degrees[j]] = [degrees[i] + 1, degrees[j] + 1];
  const listed = edges.slice(0, 10).map(([i, j, value]) =>
    `${labels[i]} -- ${labels[j]}: ${Number(value.toPrecision(4))}`
  );
  return makeShown({
    svg: svgElement(LEFT * 2 + EDGE, TOP + EDGE + 24, title, parts),
    text: [
      `Graph: ${edges.length} edges, degrees ${Math.min(...degrees)} to ${Math.max(...degrees)}`,
      ...listed,
      ...(edges.length > listed.length ? [`... ${edges.length - listed.length} more`] : []),
    ].join("\n"),
  });
}
