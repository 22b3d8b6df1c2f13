/** Throws unless an option is an integer in its range. */
export function checkCount(
  cannot: string,
  name: string,
  value: number,
  least = 1,
  most: number = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`${cannot}: ${name} must be an integer ${range}, got ${value}`);
}

/** Throws unless an option is a list, of whatever kind. */
export function checkList(cannot: string, name: string, value: unknown): void {
  if (typeof value === "object" && value !== null && "length" in value) return;
  throw new TypeError(`${cannot}: ${name} must be a list of numbers, got ${value}`);
}

/** Throws unless an option is true or false. */
export function checkFlag(cannot: string, name: string, value: unknown): void {
  if (typeof value === "boolean") return;
  throw new TypeError(`${cannot}: ${name} must be true or false, got ${value}`);
}

/** Throws unless an option is a range of inverse temperatures, hot to cold. */
export function checkBetaRange(cannot: string, range: readonly number[]): void {
  checkList(cannot, "betaRange", range);
  const [hot, cold] = range;
  if (range.length === 2 && hot > 0 && cold >= hot && Number.isFinite(cold)) return;
  throw new RangeError(`${cannot}: betaRange must be [hot, cold] with 0 < hot <= cold, got [${range.join(", ")}]`);
}

/** A copy of a list of inverse temperatures; throws unless they are numbers from 0 that never fall. */
export function checkedBetas(cannot: string, betas: ArrayLike<number>): Float64Array {
  checkList(cannot, "a list of betas", betas);
  const own = Float64Array.from(betas);
  if (own.length === 0) throw new RangeError(`${cannot}: the list of betas is empty`);
  const wrong = own.findIndex((beta, t) => !(beta >= 0 && Number.isFinite(beta)) || (t > 0 && beta < own[t - 1]));
  if (wrong < 0) return own;
  throw new RangeError(`${cannot}: beta ${wrong} is ${own[wrong]}, expected betas from 0 that never fall`);
}

/** Throws unless an option is one of some names. */
export function checkName(cannot: string, name: string, value: unknown, names: readonly string[]): void {
  if (typeof value === "string" && names.includes(value)) return;
  const listed = names.map((one) => `"${one}"`).join(" or ");
  throw new TypeError(`${cannot}: ${name} must be ${listed}, got ${value}`);
}

/** Throws unless every value given is a finite number above 0, or from 0 on where `from` is "zero". */
export function checkSizes(
  cannot: string,
  values: Readonly<Record<string, number | undefined>>,
  from: "above zero" | "zero" = "above zero",
): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || (Number.isFinite(value) && (from === "zero" ? value >= 0 : value > 0))) continue;
    throw new RangeError(`${cannot}: ${name} must be a number ${from === "zero" ? "from 0" : "above 0"}, got ${value}`);
  }
}

/** Throws unless the range is a pair of finite numbers. */
export function checkRange(cannot: string, name: string, range: readonly number[]): void {
  if (Array.isArray(range) && range.length === 2 && range.every(Number.isFinite)) return;
  throw new RangeError(`${cannot}: ${name} must be two numbers, [first, last], got ${JSON.stringify(range)}`);
}
