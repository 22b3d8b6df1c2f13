/** Blacks out what must not be seen. */
export type Redact = (text: string) => string;

/** What stands where a secret was. */
export const REDACTED = "[redacted]";

const NAMES = [
  "authorization",
  "x-auth-token",
  "x-api-key",
  "x-access-token",
  "x-oss-signature",
  "x-oss-credential",
  "x_oss_credential",
  "x-oss-security-token",
  // no secret, but a part of what is signed, and on a tape as little the same from job to job as the signature
  "x[_-]oss[_-]date",
  "security[_-]token",
  "securitytoken",
  "access[_-]?token",
  "refresh[_-]?token",
  "client[_-]secret",
  "api[_-]?key",
  "signature",
  "credential",
  "policy",
  "password",
  "secret",
  "token",
].join("|");
const QUOTED = new RegExp(`((["'])(?:${NAMES})\\2\\s*[:,]\\s*)(["'])(?:\\\\.|(?!\\3)[^\\\\])*`, "gi");
// the same in JSON that stands as text in other JSON
const ESCAPED = new RegExp(`((\\\\+["'])(?:${NAMES})\\2\\s*[:,]\\s*)(\\\\+["'])[^"'\\\\]*`, "gi");
const PLAIN = new RegExp(
  `(?<![\\w-])((?:${NAMES})\\s*[:=]\\s*)(?:(?:bearer|basic|token|apikey)\\s+)?(?!\\\\*["'{[])[^\\s"'&,;<>\\\\]+`,
  "gi",
);

/**
 * Makes a function that blacks out secrets: the given ones in every form in which they could come back, and whatever stands
 * behind a name that announces one.
 *
 * Forms: plain, URL-encoded, escaped for JSON once and twice, hexadecimal, base64 by itself and inside longer base64. Names:
 * `Authorization`, `X-Auth-Token`, `X-Api-Key`, `policy`, signatures, credentials and security tokens, in headers, JSON, form
 * fields and addresses. It is a net, not a proof: a machine that sends a key back encrypted is not seen through.
 *
 * @param secrets keys; empty ones are passed over
 * @returns a function from text to text; text that it has been through once stays as it is
 *
 * Cost O(length) a call.
 *
 * @example A key, and the same key in base64
 * ```ts
 * import { redactor } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const redact = redactor(["top-secret"]);
 * assertEquals(redact(`top-secret ${btoa("top-secret")} X-Api-Key: 12`), "[redacted] [redacted] X-Api-Key: [redacted]");
 * ```
 */
export function redactor(secrets: readonly string[]): Redact {
  const keys = keyRedactor(secrets);
  return (text) =>
    keys(text)
      .replace(ESCAPED, (_, before, __, quote) => `${before}${quote}${REDACTED}`)
      .replace(QUOTED, (_, before, __, quote) => `${before}${quote}${REDACTED}`)
      .replace(PLAIN, (_, before) => `${before}${REDACTED}`);
}

/** What {@link redactor} does to the given secrets alone. */
export function keyRedactor(secrets: readonly string[]): Redact {
  const forms = [...new Set(secrets.filter((secret) => secret !== "").flatMap(formsOf))]
    .sort((a, b) => b.length - a.length);
  return (text) => {
    for (const form of forms) if (text.includes(form)) text = text.replaceAll(form, REDACTED);
    return text;
  };
}

function formsOf(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const url = encodeURIComponent(secret);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const forms = [secret, json, JSON.stringify(json).slice(1, -1), url, hex, hex.toUpperCase()];
  forms.push(url.replace(/%../g, (escape) => escape.toLowerCase()), url.replaceAll("%20", "+"));
  for (const base64 of base64Forms(bytes)) {
    forms.push(base64, base64.replaceAll("+", "-").replaceAll("/", "_"), encodeURIComponent(base64));
  }
  return forms;
}

// base64 by itself, and the characters of longer base64 that depend on the secret alone, for its three alignments
function base64Forms(bytes: Uint8Array): string[] {
  const encode = (data: Uint8Array) => btoa(String.fromCharCode(...data));
  const whole = encode(bytes);
  const forms = [whole, whole.replace(/=+$/, "")];
  for (let lead = 0; lead < 3; lead++) {
    const shifted = new Uint8Array(lead + bytes.length);
    shifted.set(bytes, lead);
    const from = Math.ceil(lead * 8 / 6);
    const to = Math.floor(shifted.length * 8 / 6);
    const inner = encode(shifted).slice(from, to);
    if (inner.length >= 8) forms.push(inner);
  }
  return forms;
}
