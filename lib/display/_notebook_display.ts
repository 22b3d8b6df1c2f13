/** One output of a cell that can be renewed. */
export interface LiveDisplay {
  /** Shows a bundle by MIME type in place of the one before. */
  show(bundle: Record<string, unknown>): void;
}

/** What Deno has where it runs as a notebook's kernel. */
interface DenoJupyter {
  broadcast(type: string, content: Record<string, unknown>): Promise<void>;
}

/** An output of the cell that runs; null outside of Deno's notebook kernel. */
export function notebookDisplay(): LiveDisplay | null {
  const jupyter = jupyterOf();
  if (jupyter === null) return null;
  const display_id = crypto.randomUUID();
  let begun = false;
  // messages go out in their order
  let sent = Promise.resolve();
  return {
    show(data) {
      const type = begun ? "update_display_data" : "display_data";
      begun = true;
      const content = { data, metadata: {}, transient: { display_id } };
      sent = sent.then(() => jupyter.broadcast(type, content)).catch(() => {});
    },
  };
}

function jupyterOf(): DenoJupyter | null {
  try {
    // outside of a notebook asking for it throws
    return (Deno as unknown as { readonly jupyter?: DenoJupyter }).jupyter ?? null;
  } catch {
    return null;
  }
}
