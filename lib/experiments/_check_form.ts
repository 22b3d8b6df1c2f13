import { NOT_FINITE } from "./_not_finite.ts";

/** What a value of a record may be: a list of one form, an object with a form a field, or the values of one form by name. */
export type ValueForm =
  | "string"
  | "boolean"
  | "count"
  | "number"
  | "amount"
  | "plain"
  | "json"
  | { readonly choices: readonly unknown[] }
  | { readonly orNull: ValueForm }
  | { readonly list: ValueForm }
  | { readonly named: ValueForm }
  | { readonly fields: Readonly<Record<string, ValueForm>> };

/**
 * Checks parsed JSON against a form and gives a copy, in which numbers that were kept as text are numbers.
 *
 * @param refuse called with the first field that does not fit, and what was expected
 */
export function checkedForm(
  value: unknown,
  form: ValueForm,
  at: string,
  refuse: (field: string, expected: string) => never,
): unknown {
  if (typeof form === "string") return checkedLeaf(value, form, at, refuse);
  if ("choices" in form) {
    return form.choices.includes(value)
      ? value
      : refuse(at, form.choices.map((one) => JSON.stringify(one)).join(" or "));
  }
  if ("orNull" in form) return value === null ? null : checkedForm(value, form.orNull, at, refuse);
  if ("list" in form) {
    if (!Array.isArray(value)) return refuse(at, "a list");
    return Array.from(value, (entry, i) => checkedForm(entry, form.list, `${at}[${i}]`, refuse));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse(at || "the record", "an object");
  }
  const copy: Record<string, unknown> = { ...value };
  const inside = (name: string) => at === "" ? name : `${at}.${name}`;
  const forms = "named" in form
    ? Object.keys(copy).map((name) => [name, form.named] as const)
    : Object.entries(form.fields);
  for (const [name, one] of forms) copy[name] = checkedForm(copy[name], one, inside(name), refuse);
  return copy;
}

type Leaf = Extract<ValueForm, string>;

const EXPECTED: Readonly<Record<Leaf, string>> = {
  string: "a string",
  boolean: "true or false",
  count: "an integer of 0 or more",
  number: "a number",
  amount: "a number of 0 or more",
  plain: "a number, a string, true, false or null",
  json: "a value",
};

function checkedLeaf(
  value: unknown,
  form: Leaf,
  at: string,
  refuse: (field: string, expected: string) => never,
): unknown {
  const read = (form === "number" || form === "amount") && typeof value === "string" ? NOT_FINITE.get(value) : value;
  const fits = {
    string: typeof read === "string",
    boolean: typeof read === "boolean",
    count: Number.isSafeInteger(read) && Number(read) >= 0,
    number: typeof read === "number",
    amount: typeof read === "number" && read >= 0,
    plain: read === null || ["number", "string", "boolean"].includes(typeof read),
    json: read !== undefined,
  }[form];
  return fits ? read : refuse(at, EXPECTED[form]);
}
