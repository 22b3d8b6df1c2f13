import { lpError, type LpToken } from "./_lp_tokens.ts";
import { TermsTable } from "./_terms_table.ts";

/** Reads the objective of an LP file token by token: `3 x - y + 5 + [ 2 x ^ 2 + 4 x * y ] / 2`. */
export class LpObjective {
  /** The products of two variables. */
  readonly terms = new TermsTable();
  /** The variables, by name, in order of appearance. */
  readonly names = new Map<string, number>();
  /** The sum of the constants. */
  constant = 0;
  /** Its name, where it has one. */
  title?: string;
  readonly #linear: number[] = [];
  #first = true;
  // what the term that is being read starts with
  #sign = 1;
  #signed: LpToken | undefined;
  #coefficient: LpToken | undefined;
  // within brackets: the variable, and what stands behind it
  #variable: LpToken | undefined;
  #operator: LpToken | undefined;
  #bracket: LpToken | undefined;
  #bracketSign = 1;
  #slash: "" | "/" | "2" = "";
  #closed = false;

  /** Takes a token; `next` follows it in its line. */
  take(token: LpToken, next: LpToken | undefined): void {
    if (this.#first) {
      if (token.kind === "name" && next?.text === ":") {
        this.title = token.text;
        return;
      }
      this.#first = false;
      if (token.text === ":" && this.title !== undefined) return;
    }
    if (this.#slash !== "") this.#takeHalf(token);
    else if (this.#operator !== undefined) this.#takeFactor(token, this.#operator);
    else if (this.#variable !== undefined) {
      if (token.text !== "^" && token.text !== "*") throw lpError(token, '"^ 2" or "* " and a variable, in brackets');
      this.#operator = token;
    } else if (token.text === "+" || token.text === "-") {
      this.#flushConstant();
      this.#closed = false;
      this.#signed = token;
      if (token.text === "-") this.#sign = -this.#sign;
    } else if (token.text === "]" && this.#bracket !== undefined) {
      this.#endTerms(token);
      this.#slash = "/";
      this.#bracket = undefined;
    } else {
      if (this.#closed) throw lpError(token, '"+" or "-" between two terms');
      if (token.kind === "number" && this.#coefficient === undefined) this.#coefficient = token;
      else if (token.kind === "name") this.#takeName(token);
      else if (token.text === "[" && this.#bracket === undefined && this.#coefficient === undefined) {
        this.#bracket = token;
        this.#bracketSign = this.#sign;
        this.#startTerm(false);
      } else throw lpError(token, this.#coefficient ? "a variable or an operator" : "a term of the objective");
    }
  }

  /** Ends the objective at a token behind it. */
  end(token: LpToken): void {
    if (this.#bracket !== undefined || this.#slash !== "" || this.#variable !== undefined) {
      throw lpError(token, 'the brackets of the objective to close with "] / 2"');
    }
    if (this.#first && this.title !== undefined) throw lpError(token, '":" behind the name of the objective');
    this.#endTerms(token);
  }

  /** Index of a variable. */
  indexOf(name: string): number {
    const known = this.names.get(name);
    if (known !== undefined) return known;
    const index = this.names.size;
    this.names.set(name, index);
    return index;
  }

  /** The linear terms of n variables. */
  linear(n: number): Float64Array {
    return Float64Array.from({ length: n }, (_, i) => this.#linear[i] ?? 0);
  }

  #takeName(token: LpToken): void {
    if (this.#bracket !== undefined) this.#variable = token;
    else {
      this.#addLinear(this.indexOf(token.text), this.#factor());
      this.#startTerm(true);
    }
  }

  #takeFactor(token: LpToken, operator: LpToken): void {
    const first = this.indexOf(this.#variable?.text ?? "");
    const factor = this.#bracketSign * this.#factor() / 2;
    let second = first;
    if (operator.text === "^") {
      if (token.kind !== "number" || token.value !== 2) throw lpError(token, '2 behind "^"');
    } else {
      if (token.kind !== "name") throw lpError(token, 'a variable behind "*"');
      second = this.indexOf(token.text);
    }
    if (first === second) this.#addLinear(first, factor);
    else this.terms.add(first, second, factor, token.line);
    this.#variable = this.#operator = undefined;
    this.#startTerm(true);
  }

  #takeHalf(token: LpToken): void {
    if (token.text !== "/" && this.#slash === "/") throw lpError(token, '"/ 2" behind "]"');
    if (this.#slash === "2" && token.value !== 2) throw lpError(token, '2 behind "] /"');
    this.#slash = this.#slash === "/" ? "2" : "";
    if (this.#slash === "") this.#startTerm(true);
  }

  #addLinear(i: number, value: number): void {
    this.#linear[i] = (this.#linear[i] ?? 0) + value;
  }

  #factor(): number {
    return this.#sign * (this.#coefficient?.value ?? 1);
  }

  #flushConstant(): void {
    const coefficient = this.#coefficient;
    if (coefficient === undefined) return;
    if (this.#bracket !== undefined) throw lpError(coefficient, "a product of two variables, in brackets");
    this.constant += this.#factor();
    this.#startTerm(true);
  }

  #endTerms(token: LpToken): void {
    this.#flushConstant();
    if (this.#signed !== undefined) throw lpError(token, `a term behind "${this.#signed.text}"`);
  }

  #startTerm(closed: boolean): void {
    this.#sign = 1;
    this.#signed = this.#coefficient = undefined;
    this.#closed = closed;
  }
}
