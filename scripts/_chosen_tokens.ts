import { JUPYTER_DISPLAY } from "../lib/display/mod.ts";
import { type Exhibit, exhibitFigure, type ExhibitItem, operatorTitles } from "../lib/experiments/mod.ts";

/** Words of a text shown in Markdown. */
const WORDS = 80;

/** What Markdown shows of the exhibits: a figure file of the first picture, or the beginning of the first text, for each. */
export function chosenTokens(exhibits: readonly Exhibit[]): { markdown: string; files: ReadonlyMap<string, string> } {
  const files = new Map<string, string>();
  const parts = exhibits.flatMap((exhibit) => {
    const [item] = exhibit.items;
    if (item === undefined) return [];
    const { dataTitle, operator, profile, seed } = exhibit;
    const title = `### ${operatorTitles[operator]}, ${dataTitle}, profile ${profile}, seed ${seed}`;
    if (item.kind === "text") return [`${title}\n\n${markedWords(item, exhibit)}\n`];
    const file = `chosen_${exhibit.data}_${exhibit.operator}_${exhibit.profile}.svg`;
    files.set(file, String(exhibitFigure(item, exhibit)[JUPYTER_DISPLAY]()["image/svg+xml"]));
    return [`${title}\n\n![A picture, and beside it the patches that each head chooses](${file})\n`];
  });
  if (parts.length === 0) return { markdown: "", files };
  const lead = "The first test item under the final weights; more of them are in [index.html](index.html).";
  return { markdown: `## Chosen tokens, head by head\n\n${lead}\n\n${parts.join("\n")}\n`, files };
}

function markedWords(
  { words, chosen, label, predicted }: Extract<ExhibitItem, { kind: "text" }>,
  { classes }: Exhibit,
) {
  const heads = chosen.map((numbers) => new Set(numbers));
  const shown = words.slice(0, WORDS).map((word, i) => {
    const by = heads.flatMap((head, t) => head.has(i) ? [t + 1] : []);
    // nothing of a word may be read as markup
    const plain = word.replace(/[\\`*_{}[\]<>()#+.!|~&-]/g, "\\$&");
    return by.length === 0 ? plain : `**${plain}**${heads.length > 1 ? ` (${by.join(", ")})` : ""}`;
  });
  const rest = words.length > WORDS ? ` ... (${words.length} words)` : "";
  return `> ${shown.join(" ")}${rest}\n\n${classes[label]}, classified as ${
    classes[predicted]
  }. Chosen words are bold` +
    `${heads.length > 1 ? ", followed by their heads" : ""}.`;
}
