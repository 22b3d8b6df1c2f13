import { formatError } from "./_format_error.ts";
import type { LpObjective } from "./_lp_objective.ts";
import { lpError, type LpToken } from "./_lp_tokens.ts";
import { MAX_VARIABLES } from "./_terms_table.ts";

type Section = "start" | "objective" | "constraints" | "bounds" | "binary" | "end";

const KEYWORDS: readonly (readonly [RegExp, Section | "minimum" | "maximum" | "refused"])[] = [
  [/^(minimize|minimise|minimum|min)$/, "minimum"],
  [/^(maximize|maximise|maximum|max)$/, "maximum"],
  [/^(subject to|such that|st|s\.t\.|st\.)$/, "constraints"],
  [/^bounds?$/, "bounds"],
  [/^(binary|binaries|bin)$/, "binary"],
  [/^end$/, "end"],
  [
    /^(generals?|gen|integers?|int|semi|semis|sos|sos1|sos2|pwlobj|multi-objectives|lazy constraints|user cuts)$/,
    "refused",
  ],
  [/^(semi-continuous|general constraints?|gencons?)$/, "refused"],
];

/** Takes an LP file line by line and deals its tokens to the sections. */
export class LpSections {
  readonly #objective: LpObjective;
  readonly #binary = new Set<string>();
  readonly #bounded = new Map<string, LpToken>();
  #section: Section = "start";
  #maximised = false;

  /** Starts before the first section. */
  constructor(objective: LpObjective) {
    this.#objective = objective;
  }

  /** Takes the tokens of a line, at least one. */
  line(tokens: readonly LpToken[]): void {
    const rest = this.#section === "end" ? tokens : this.#startSection(tokens);
    rest.forEach((token, k) => {
      if (this.#section === "objective") this.#objective.take(token, rest[k + 1]);
      else if (this.#section === "start") throw lpError(token, '"Minimize" or "Maximize"');
      else if (this.#section === "constraints") {
        throw lpError(token, "no constraint: only unconstrained problems are read");
      } else if (this.#section === "end") throw lpError(token, 'nothing behind "End"');
      else if (this.#section === "binary") this.#takeBinary(token);
    });
    if (this.#section === "bounds" && rest.length > 0) this.#takeBound(rest);
    if (this.#objective.names.size > MAX_VARIABLES) throw lpError(tokens[0], `at most ${MAX_VARIABLES} variables`);
  }

  /** Ends the file; gives what is beside the terms. */
  finish(line: number): { maximised: boolean; names: ReadonlyMap<string, number> } {
    if (this.#section !== "end") {
      const missing = this.#section === "start" ? '"Minimize" or "Maximize"' : '"End"';
      throw formatError(line, 1, missing, "the end of the file");
    }
    const { names } = this.#objective;
    for (const name of names.keys()) {
      if (!this.#binary.has(name)) {
        throw formatError(line, 1, `the variable ${name} in a section "Binary": only binary variables are read`);
      }
    }
    for (const [name, token] of this.#bounded) if (!this.#binary.has(name)) throw lpError(token, "a binary variable");
    return { maximised: this.#maximised, names };
  }

  #startSection(tokens: readonly LpToken[]): readonly LpToken[] {
    const [first, second] = tokens;
    if (first.kind !== "name" || second?.text === ":") return tokens;
    // two words make a keyword where they do, as in "subject to", or a minus sign between: "semi-continuous"
    for (const length of [3, 2, 1]) {
      const words = tokens.slice(0, length).map(({ text }) => text.toLowerCase());
      if (words.length < length) continue;
      const phrase = words[1] === "-" ? words.join("") : words.join(" ");
      const found = KEYWORDS.find(([pattern]) => pattern.test(phrase))?.[1];
      if (found === undefined) continue;
      if (found === "refused") {
        throw lpError(first, `no section "${first.text}": only binary variables without constraints are read`);
      }
      this.#enter(found, first);
      return tokens.slice(length);
    }
    return tokens;
  }

  #enter(found: Section | "minimum" | "maximum", token: LpToken): void {
    if (this.#section === "objective") this.#objective.end(token);
    if (found === "minimum" || found === "maximum") {
      if (this.#section !== "start") throw lpError(token, "one objective");
      this.#maximised = found === "maximum";
      this.#section = "objective";
      return;
    }
    if (this.#section === "start") throw lpError(token, '"Minimize" or "Maximize"');
    this.#section = found;
  }

  #takeBinary(token: LpToken): void {
    if (token.kind !== "name") throw lpError(token, "the name of a binary variable");
    if (this.#binary.has(token.text)) throw lpError(token, "each variable once among the binary ones");
    this.#binary.add(token.text);
    this.#objective.indexOf(token.text);
  }

  // 0 <= x <= 1, x <= 1, x >= 0, 0 <= x
  #takeBound(tokens: readonly LpToken[]): void {
    const text = tokens.map((token) =>
      token.kind === "name" ? "x" : token.kind === "number" ? `${token.value}` : token.text
    );
    const bound = text.join(" ").replaceAll(/=<|<(?!=)/g, "<=").replaceAll(/=>|>(?!=)/g, ">=");
    const name = tokens.find(({ kind }) => kind === "name");
    if (name === undefined || !["0 <= x <= 1", "x <= 1", "x >= 0", "0 <= x", "1 >= x", "1 >= x >= 0"].includes(bound)) {
      throw lpError(tokens[0], "no bounds other than 0 <= x <= 1");
    }
    this.#bounded.set(name.text, name);
  }
}
