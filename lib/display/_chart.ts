import { axisOver } from "./_axis.ts";
import { escapeHtml, short } from "./_text.ts";
import { type CurvePanel, type CurveStyle, curveStyles } from "./learning_curve.ts";

/** A rectangle of a drawing, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What a chart shows against epochs. */
export type CurveQuantity = "accuracy" | "loss";

const INK = "#222222";
const FAINT = "#dddddd";
const AXIS_LABEL: Record<CurveQuantity, string> = { accuracy: "test accuracy (%)", loss: "test loss (nats)" };

/** One chart as SVG elements: axes with units, curves, markers, published points. */
export function chart(panel: CurvePanel, quantity: CurveQuantity, box: Box): string {
  const { left, top, width, height } = box;
  const right = left + width, bottom = top + height;
  const drawn = panel.curves.filter((curve) => curve.samples.length > 0);
  const epochs = drawn.flatMap((curve) => curve.samples.map((sample) => sample.epoch));
  const lastEpoch = Math.max(...epochs);
  const published = (curve: CurvePanel["curves"][number]) =>
    quantity === "accuracy" ? (curve.published ?? []).filter((point) => point.epoch <= lastEpoch) : [];
  const values = drawn.flatMap((curve) => [
    ...curve.samples.flatMap((sample) => quantity === "accuracy" ? sample.accuracyRange : [sample.loss]),
    ...published(curve).map((point) => point.accuracy),
  ]);
  const x = axisOver(epochs, [left + 8, right - 8], 8, 1);
  const y = axisOver(values, [bottom, top], 5);
  const parts: string[] = [];
  for (const tick of y.ticks) {
    const at = y.at(tick).toFixed(1);
    parts.push(`<path d="M${left} ${at}H${right}" stroke="${FAINT}"/>`, text(left - 6, +at + 4, short(tick), "end"));
  }
  for (const tick of x.ticks) {
    const at = x.at(tick);
    parts.push(
      `<path d="M${at.toFixed(1)} ${bottom}v4" stroke="${INK}"/>`,
      text(at, bottom + 17, short(tick), "middle"),
    );
  }
  parts.push(`<path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="${INK}"/>`);
  parts.push(text((left + right) / 2, bottom + 34, "epoch", "middle"));
  const middle = (top + bottom) / 2;
  parts.push(
    `<text transform="translate(${left - 42} ${middle}) rotate(-90)" text-anchor="middle">${
      AXIS_LABEL[quantity]
    }</text>`,
  );
  for (const curve of drawn) {
    const style = curveStyles[curve.slot];
    const points = curve.samples
      .map((sample) => ({ x: x.at(sample.epoch), y: y.at(sample[quantity]), sample }))
      .filter((point) => Number.isFinite(point.y));
    if (quantity === "accuracy" && curve.runs > 1) {
      const up = points.map((point) => `${point.x.toFixed(1)} ${y.at(point.sample.accuracyRange[1]).toFixed(1)}`);
      const down = points.map((point) => `${point.x.toFixed(1)} ${y.at(point.sample.accuracyRange[0]).toFixed(1)}`);
      parts.push(`<path d="M${up.join("L")}L${down.reverse().join("L")}Z" fill="${style.colour}" opacity="0.15"/>`);
    }
    if (points.length > 0) {
      const path = points.map((point) => `${point.x.toFixed(1)} ${point.y.toFixed(1)}`).join("L");
      parts.push(`<path d="M${path}" fill="none" stroke="${style.colour}" stroke-width="2"${dash(style)}/>`);
    }
    const every = Math.ceil(points.length / 12);
    points.forEach((point, i) => {
      if ((points.length - 1 - i) % every === 0) parts.push(marker(point.x, point.y, style, true));
    });
    for (const point of published(curve)) parts.push(marker(x.at(point.epoch), y.at(point.accuracy), style, false));
  }
  return parts.join("\n");
}

/** A line of text as SVG. */
export function text(x: number, y: number, words: string, anchor: "start" | "middle" | "end", extra = ""): string {
  return `<text x="${short(x)}" y="${short(y)}" text-anchor="${anchor}"${extra}>${escapeHtml(words)}</text>`;
}

/** The title of a figure as SVG. */
export function titleText(x: number, y: number, words: string): string {
  return text(x, y, words, "start", ' font-size="15" font-weight="600"');
}

/** A line of text that reads upwards, its middle at a place, as SVG. */
export function upright(x: number, y: number, words: string): string {
  return `<g transform="translate(${x} ${y}) rotate(-90)">${text(0, 0, words, "middle")}</g>`;
}

/** The dash attribute of a style, with its leading space. */
export function dash(style: CurveStyle): string {
  return style.dashed ? ' stroke-dasharray="6 4"' : "";
}

/** A marker as SVG: filled for ours, open and larger for a published value. */
export function marker(x: number, y: number, style: CurveStyle, filled: boolean): string {
  const r = filled ? 4 : 7;
  const shape: Record<CurveStyle["marker"], string> = {
    circle: `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`,
    square: `M${-r} ${-r}h${2 * r}v${2 * r}h${-2 * r}Z`,
    diamond: `M0 ${-r - 1}L${r + 1} 0L0 ${r + 1}L${-r - 1} 0Z`,
    "triangle-up": `M0 ${-r - 1}L${r + 1} ${r}H${-r - 1}Z`,
    "triangle-down": `M0 ${r + 1}L${r + 1} ${-r}H${-r - 1}Z`,
    x: `M${-r} ${-r}L${r} ${r}M${-r} ${r}L${r} ${-r}`,
  };
  const paint = filled
    ? `fill="${style.colour}" stroke="${style.colour}"`
    : `fill="none" stroke="${style.colour}" stroke-width="1.6"`;
  return `<path transform="translate(${short(x)} ${short(y)})" d="${shape[style.marker]}" ${paint}/>`;
}
