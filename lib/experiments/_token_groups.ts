/** Tokens in rows and columns, as patches of a picture are; a text is one row. */
export interface TokenGrid {
  readonly rows: number;
  readonly columns: number;
}

/** Which tokens make a smaller problem, and in words. */
export interface TokenGroups {
  /** A list of old tokens for each new one. */
  readonly groups: readonly (readonly number[])[];
  /** `3 x 4 tokens from row 2, column 1`; of one row `5 of 9 tokens, from token 2`. */
  readonly window: string;
}

const CANNOT = "Cannot make a smaller attention problem";

/** A window of n tokens in the middle of the grid, the squarest that fits, row by row. */
export function croppedTokens(grid: TokenGrid, n: number): TokenGroups {
  const [rows, columns] = sides(grid, n);
  const [top, left] = [Math.floor((grid.rows - rows) / 2), Math.floor((grid.columns - columns) / 2)];
  const groups = Array.from({ length: n }, (_, k) => {
    return [(top + Math.floor(k / columns)) * grid.columns + left + k % columns];
  });
  const window = grid.rows === 1
    ? `${n} of ${grid.columns} tokens, from token ${left}`
    : `${rows} x ${columns} tokens from row ${top}, column ${left}`;
  return { groups, window };
}

/** The whole grid cut into n blocks, rows and columns as evenly as they go: row r belongs to block row floor(r rows / R). */
export function pooledTokens(grid: TokenGrid, n: number): TokenGroups {
  const [rows, columns] = sides(grid, n);
  const groups = Array.from({ length: n }, (): number[] => []);
  for (let r = 0; r < grid.rows; r++) {
    for (let c = 0; c < grid.columns; c++) {
      const block = Math.floor(r * rows / grid.rows) * columns + Math.floor(c * columns / grid.columns);
      groups[block].push(r * grid.columns + c);
    }
  }
  const window = grid.rows === 1
    ? `means over ${n} blocks of ${grid.columns} tokens`
    : `means over ${rows} x ${columns} blocks of ${grid.rows} x ${grid.columns} tokens`;
  return { groups, window };
}

/** Every token. */
export function allTokensOf({ rows, columns }: TokenGrid): TokenGroups {
  const groups = Array.from({ length: rows * columns }, (_, k) => [k]);
  return { groups, window: rows === 1 ? `all ${columns} tokens` : `all ${rows} x ${columns} tokens` };
}

function sides(grid: TokenGrid, n: number): readonly [rows: number, columns: number] {
  const total = grid.rows * grid.columns;
  if (!Number.isInteger(n) || n < 2 || n > total) {
    throw new RangeError(
      `${CANNOT}: tokens must be an integer from 2 to ${total}, got ${n}; ask for fewer or more, or for all`,
    );
  }
  let best: readonly [number, number] | undefined;
  for (let rows = 1; rows <= Math.min(n, grid.rows); rows++) {
    const columns = n / rows;
    if (!Number.isInteger(columns) || columns > grid.columns) continue;
    if (best === undefined || Math.abs(rows - columns) < Math.abs(best[0] - best[1])) best = [rows, columns];
  }
  if (best === undefined) {
    const near = [n - 1, n + 1].join(" or ");
    throw new RangeError(
      `${CANNOT}: ${n} tokens make no rectangle within ${grid.rows} x ${grid.columns}; take another number, such as ${near}`,
    );
  }
  return best;
}
