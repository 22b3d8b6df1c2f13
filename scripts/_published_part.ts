/** A part of the results folder that is rendered from records of its own. */
export interface PublishedPart {
  /** Text by file name in the results folder. */
  readonly files: ReadonlyMap<string, string>;
  /** The same of files too large for the repository: they are written, git leaves them out, nothing links to them. @default {none} */
  readonly unkept?: ReadonlyMap<string, string>;
  /** A part of the front page, without heading; links start from there. */
  readonly block: string;
}

/** Sentences as a list in Markdown. */
export function listOf(sentences: readonly string[]): string {
  return sentences.map((text) => `- ${text}\n`).join("");
}

/** Files by their names in the results folder, of a part that names them by its own. */
export function filesIn(part: string, files: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...files].map(([name, text]) => [`${part}/${name}`, text]));
}
