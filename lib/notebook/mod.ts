/**
 * The Jupyter side: kernel installation, interruption, the protocol client, headless execution.
 *
 * @module
 */
export { compareOutputs, type OutputDifference } from "./compare_outputs.ts";
export { addressOf, type Channel, CHANNELS, type Connection, freeConnection, readConnection } from "./connection.ts";
export {
  type ExecutedNotebook,
  executeNotebook,
  type ExecuteNotebookOptions,
  type NotebookEnding,
} from "./execute_notebook.ts";
export { Kernel, type KernelOptions } from "./kernel.ts";
export { type ExecuteOptions, type ExecuteReply, InputRequested, KernelClient, KernelGone } from "./kernel_client.ts";
export { kernelConfig, type KernelHome, temporaryHome } from "./kernel_home.ts";
export { installKernel, jupyterDataFolder, KERNEL_NAME, KERNEL_TITLE, uninstallKernel } from "./kernel_spec.ts";
export { KernelProcess, type KernelProcessOptions } from "./kernel_process.ts";
export { type Header, type Message, newMessage, packMessage, unpackMessage } from "./message.ts";
export {
  type Cell,
  type MimeBundle,
  type Notebook,
  type Output,
  readNotebook,
  textOf,
  writeNotebook,
} from "./notebook_file.ts";
export { notebookHtml } from "./notebook_html.ts";
export { OutputCollector } from "./output_collector.ts";
export { startUpCode } from "./start_up_code.ts";
export { stillOutputs } from "./still_outputs.ts";
export { type Frames, MAX_MESSAGE_BYTES, type ZmtpAddress, type ZmtpKind, ZmtpSocket } from "./zmtp_socket.ts";
