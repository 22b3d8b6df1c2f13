import type { DownloadPlan, DownloadProgress } from "../datasets/mod.ts";
import type { ProgressReporter } from "../lib/display/mod.ts";

/** What is told before a download: what, how much, from where, to where, and how to do without. */
export function downloadText({ what, files, bytes, hosts, folder }: DownloadPlan): string {
  const size = bytes === undefined ? "of unknown size" : `${(bytes / 1e6).toFixed(1)} MB`;
  const [first, ...others] = hosts;
  const from = others.length === 0 ? first : `${first}, or else ${others.join(", ")}`;
  const count = files === 1 ? "1 file" : `${files} files`;
  return `${what} is not on this machine: downloading ${count}, ${size}, from ${from} into ${folder}, once and checked; ` +
    `nothing else is fetched, and nothing is sent. Ctrl-C stops it, and the next start goes on`;
}

/** Tells what is downloaded before it is, and then how far it is. */
export function downloadsTold(progress: ProgressReporter): {
  onDownload: (plan: DownloadPlan) => void;
  onProgress: (progress: DownloadProgress) => void;
} {
  return {
    onDownload: (plan) => progress.line(downloadText(plan)),
    onProgress: ({ file, receivedBytes, totalBytes }) =>
      progress.update({
        label: file,
        done: receivedBytes / totalBytes,
        etaMs: NaN,
        detail: `${(receivedBytes / 1e6).toFixed(1)} of ${(totalBytes / 1e6).toFixed(1)} MB`,
      }),
  };
}
