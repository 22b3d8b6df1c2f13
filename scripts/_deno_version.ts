/** The oldest Deno that this project is tried on; older ones swallow errors in notebooks. */
export const MINIMUM_DENO = "2.9.6";

/** True if `version` is `minimum` or later; what follows the patch number does not count. */
export function isRecent(version: string, minimum: string = MINIMUM_DENO): boolean {
  const [have, need] = [version, minimum].map((text) => text.split(/[.+-]/, 3).map(Number));
  for (let i = 0; i < 3; i++) {
    if (have[i] !== need[i]) return have[i] > need[i];
  }
  return true;
}

/** What a person with Deno `version` is told, or undefined where it will do. */
export function versionComplaint(version: string = Deno.version.deno): string | undefined {
  if (isRecent(version)) return undefined;
  return `Deno ${MINIMUM_DENO} or later is needed, this is ${version}; run \`deno upgrade\`, or put ` +
    `\`npx -y deno@${MINIMUM_DENO}\` where \`deno\` stands in the command`;
}
