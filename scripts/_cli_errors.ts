import { UsageError } from "./_cli_option.ts";

/** What the codes mean that a command ends with. */
export const EXIT_CODES = "0 done, 1 failed, 2 wrong usage, 130 interrupted";

const LINES = 16;
const CHARACTERS = 1500;

let withStack = false;
let typedNames: ReadonlyMap<string, string> = new Map();

/** Lets {@link failWith} print stacks: what --debug asks for. */
export function showStacks(): void {
  withStack = true;
}

/** Tells {@link failWith} how the options are typed that the library names otherwise: `dataDir` as `--data-dir`. */
export function nameOptions(names: ReadonlyMap<string, string>): void {
  typedNames = names;
}

/** Prints `error: ...` on standard error and ends the program. */
export function stop(message: string, code = 1): never {
  console.error(`error: ${screenful(message)}`);
  Deno.exit(code);
}

/** Tells on one screen what went wrong and ends the program: with code 2, 130 or 1, see {@link EXIT_CODES}. */
export function failWith(error: unknown): never {
  // who reads no further, as `head` does, wants no error
  if (error instanceof Deno.errors.BrokenPipe) Deno.exit(0);
  if (withStack) console.error(Deno.inspect(error, { colors: false }));
  if (error instanceof UsageError) stop(error.message, 2);
  if (error instanceof DOMException && error.name === "AbortError") stop("interrupted", 130);
  stop(explain(error).replace(/\b[a-z]+[A-Z]\w*\b/g, (word) => typedNames.get(word) ?? word));
}

/** What went wrong, in words: the message of an error; of one of the operating system, deed, file and cause. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = error.message || error.name;
  const [, , call, file] = /^([^\n]*?)(?: \(os error \d+\))?: (\w+) '(.*?)'(?: -> '.*')?$/.exec(message) ?? [];
  if (file !== undefined) {
    const deed = /^(write|mkdir|make|remove|rename|copy|truncate)/.test(call) ? "write" : "read";
    // a part that becomes the file when it is whole
    const named = file.replace(/(\.[0-9a-f-]{36})?\.part$/, "");
    return `Cannot ${deed} ${named}: ${systemCause(error) ?? message.split(":")[0]}`;
  }
  return message;
}

/** What the operating system had against a file, in words; undefined where the error is another. */
export function systemCause(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  for (const [kind, words] of CAUSES) if (error instanceof kind) return words;
  return SYSTEM_WORDS.find(([code]) => "code" in error && error.code === code)?.[1];
}

const CAUSES = [
  [Deno.errors.NotFound, "there is no such file or folder"],
  [Deno.errors.IsADirectory, "it is a folder"],
  [Deno.errors.NotADirectory, "a part of the path is no folder"],
  [Deno.errors.PermissionDenied, "permission denied"],
  [Deno.errors.AlreadyExists, "something of that name is there already"],
  [Deno.errors.FilesystemLoop, "its links lead in a circle"],
] as const;

const SYSTEM_WORDS: readonly (readonly [string, string])[] = [
  ["ENOSPC", "the disk is full"],
  ["EROFS", "the disk is read-only"],
  ["ENAMETOOLONG", "the name is too long"],
];

// a whole screen at most, whatever somebody put into a message
function screenful(message: string): string {
  const lines = message.trimEnd().split("\n");
  const shown = lines.slice(0, LINES).join("\n").slice(0, CHARACTERS);
  return shown.length === message.trimEnd().length ? shown : `${shown} ... (the rest with --debug)`;
}
