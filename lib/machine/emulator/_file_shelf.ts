import type { Budget } from "./_budget.ts";

const TICKET_MS = 600e3;
// two characters are an entry of 8 bytes, in a matrix and in a copy of it
const MODEL_TOO = 9;
const NAME = /^[0-9a-f]{8}\/[\w.-]{1,100}\.csv$/;
const VERSION = "OSS4-HMAC-SHA256";

/** The place where files are uploaded to: elsewhere, with signed forms in place of keys. */
export class FileShelf {
  readonly #budget: Budget;
  readonly #keepMs: number;
  readonly #files = new Map<string, { readonly text: string; readonly bytes: number; readonly at: number }>();
  readonly #taken = new Set<string>();
  readonly #secret = crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
  readonly #token = crypto.randomUUID();

  constructor(budget: Budget, keepMs: number) {
    this.#budget = budget;
    this.#keepMs = keepMs;
  }

  /** A form to fill in: who has it may upload for ten minutes. */
  async ticket(host: string, maxBytes: number, now: number): Promise<unknown> {
    const expiration = new Date(Date.now() + TICKET_MS).toISOString();
    const policy = btoa(JSON.stringify({ expiration, conditions: [["content-length-range", 1, maxBytes]] }));
    const day = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
    return {
      ...{ host, policy, signature: await this.#sign(policy), security_token: this.#token },
      ...{ x_oss_credential: `emulator/${day.slice(0, 8)}/loopback/oss/aliyun_v4_request`, x_oss_date: day },
    };
  }

  /** Takes the file of a form; what is wrong with it if it cannot. */
  async store(form: FormData, maxBytes: number): Promise<string | undefined> {
    const text = (name: string) => {
      const value = form.get(name);
      return typeof value === "string" ? value : "";
    };
    const policy = text("policy");
    if (text("x-oss-signature-version") !== VERSION) return `x-oss-signature-version must be ${VERSION}.`;
    if (!text("x-oss-credential") || !text("x-oss-date")) return "x-oss-credential or x-oss-date is missing.";
    if (text("x-oss-security-token") !== this.#token) return "The security token is not valid.";
    if (await this.#sign(policy) !== text("x-oss-signature")) return "The signature does not match.";
    // it is ours: it was signed
    if (Date.parse(JSON.parse(atob(policy)).expiration) < Date.now()) return "The policy has expired.";
    const name = text("key");
    if (!NAME.test(name)) return "The key must be eight hexadecimal digits, a slash and a name that ends in .csv.";
    const file = form.get("file");
    if (!(file instanceof File) || file.size < 1 || file.size > maxBytes) return "The file is missing or too large.";
    this.#clearOld();
    this.#remove(name);
    // text is kept in one or two bytes a character
    const bytes = 2 * file.size;
    this.#makeRoom(bytes);
    if (!this.#budget.take(bytes)) return "There is no room left.";
    this.#files.set(name, { text: await file.text(), bytes, at: Date.now() });
    return undefined;
  }

  /** The text of a file; undefined if there is none. */
  read(name: string): string | undefined {
    this.#clearOld();
    return this.#files.get(name)?.text;
  }

  /** A task has taken the file: it is the first to go where room is lacking. */
  taken(name: string): void {
    this.#taken.add(name);
  }

  /** Gives all up. */
  clear(): void {
    for (const name of [...this.#files.keys()]) this.#remove(name);
  }

  async #sign(policy: string): Promise<string> {
    const signature = await crypto.subtle.sign("HMAC", await this.#secret, new TextEncoder().encode(policy));
    return new Uint8Array(signature).toHex();
  }

  #clearOld(): void {
    for (const [name, { at }] of this.#files) {
      if (Date.now() - at < this.#keepMs) return;
      this.#remove(name);
    }
  }

  /** For a file, and for the model that a task makes of it. */
  #makeRoom(bytes: number): void {
    for (const name of [...this.#taken]) {
      if (this.#budget.free >= MODEL_TOO * bytes) return;
      this.#remove(name);
    }
  }

  #remove(name: string): void {
    this.#taken.delete(name);
    this.#budget.give(this.#files.get(name)?.bytes ?? 0);
    this.#files.delete(name);
  }
}
