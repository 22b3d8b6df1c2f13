/** What became of a crowd. */
export interface CrowdReport {
  /** Connections that were open at the same time. */
  readonly connections: number;
  /** Of them, those whose request was answered with 200 before any was closed. */
  readonly answered: number;
}

const PAGE = new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

/** Opens so many connections, asks on each of them for the page, and closes them when all have been answered. */
export async function crowd(hostname: string, port: number, connections: number): Promise<CrowdReport> {
  const conns = await Promise.all(Array.from({ length: connections }, () => Deno.connect({ hostname, port })));
  const answers = await Promise.all(conns.map(async (conn) => {
    await conn.write(PAGE);
    const chunk = new Uint8Array(64);
    const count = await conn.read(chunk);
    return new TextDecoder().decode(chunk.subarray(0, count ?? 0)).startsWith("HTTP/1.1 200");
  }));
  for (const conn of conns) conn.close();
  return { connections, answered: answers.filter(Boolean).length };
}
