/**
 * Why a request is turned away; every protocol has its own words for it:
 *
 * - `key`: no key, or a wrong one;
 * - `quota`: the account has nothing left;
 * - `busy`: nothing was taken, later perhaps;
 * - `input`: the request is wrong;
 * - `range`: a number in it is out of range;
 * - `missing`: there is no such address, file or job;
 * - `method`: the address is there, the method is not;
 * - `large`: the body is too long;
 * - `late`: the body came too slowly;
 * - `broken`: the machine failed.
 */
export type RefusalKind =
  | "key"
  | "quota"
  | "busy"
  | "input"
  | "range"
  | "missing"
  | "method"
  | "large"
  | "late"
  | "broken";

/** The HTTP status that a protocol uses where it has no other idea. */
export const STATUS: Readonly<Record<RefusalKind, number>> = {
  key: 401,
  quota: 403,
  busy: 429,
  input: 400,
  range: 400,
  missing: 404,
  method: 405,
  large: 413,
  late: 408,
  broken: 500,
};

/** A request turned away. */
export class Refusal extends Error {
  readonly kind: RefusalKind;

  constructor(kind: RefusalKind, message: string) {
    super(message);
    this.name = "Refusal";
    this.kind = kind;
  }
}
