/** What heads chose in a grid of tokens, in characters: heads side by side, a full square for a chosen token. */
export function textHeads(chosen: readonly (readonly number[])[], tokens: number, across: number): string {
  const down = Math.ceil(tokens / across);
  const width = Math.max(8, 2 * across);
  const perLine = Math.max(1, Math.floor(100 / (width + 3)));
  const blocks: string[] = [];
  for (let first = 0; first < chosen.length; first += perLine) {
    const heads = chosen.slice(first, first + perLine).map((numbers) => new Set(numbers));
    const titles = heads.map((head, t) => `head ${first + t + 1}: ${head.size}`.padEnd(width)).join("   ");
    const lines = Array.from(
      { length: down },
      (_, r) =>
        heads.map((head) =>
          Array.from({ length: across }, (_, c) => r * across + c)
            .map((i) => i >= tokens ? "  " : head.has(i) ? "██" : "· ").join("").padEnd(width)
        ).join("   ").trimEnd(),
    );
    blocks.push([titles.trimEnd(), ...lines].join("\n"));
  }
  return blocks.join("\n");
}
