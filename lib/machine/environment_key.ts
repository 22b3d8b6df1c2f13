import { MachineError } from "./errors.ts";
import type { MachineProtocol } from "./types.ts";

/**
 * Reads the key of a machine from the environment variable that its protocol names, now and from nowhere else.
 *
 * The key is never kept: it is read again for every request.
 *
 * @param protocol name and `keyVariable` of the machine
 * @returns the key without surrounding blanks; undefined if the machine needs none
 * @throws {MachineError} `key` if the variable is not set, may not be read, or holds what no header can carry; the message names
 *   the variable and never its value
 *
 * Cost O(1).
 *
 * @example A variable that is not set
 * ```ts
 * import { environmentKey } from "qama/machine";
 * import { assertThrows } from "@std/assert";
 * assertThrows(() => environmentKey({ name: "isingq", keyVariable: "QAMA_NO_SUCH_KEY" }), Error, "QAMA_NO_SUCH_KEY");
 * ```
 */
export function environmentKey(protocol: Pick<MachineProtocol, "name" | "keyVariable">): string | undefined {
  const { name, keyVariable } = protocol;
  if (keyVariable === undefined) return undefined;
  const refuse = (why: string, cause?: unknown): never => {
    throw new MachineError(`Cannot log in to ${name}: ${why}`, { machine: name, fault: "key" }, { cause });
  };
  let text: string | undefined;
  try {
    text = Deno.env.get(keyVariable);
  } catch (error) {
    refuse(`the environment variable ${keyVariable} may not be read; run with --allow-env=${keyVariable}`, error);
  }
  const key = text?.trim() ?? "";
  if (key === "") refuse(`there is no key; set the environment variable ${keyVariable}`);
  if (!/^[\x21-\x7e][\x20-\x7e]*$/.test(key)) {
    refuse(`the environment variable ${keyVariable} holds characters that no key has; copy the key once more`);
  }
  return key;
}
