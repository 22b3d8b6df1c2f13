import { Alive, isAlive, waitersOf } from "./_alive.ts";
import { type JournalEvent, type JournalRecord, lineOf, recordOf } from "./_journal_records.ts";
import { digestOf, readDigested } from "./answer_cache.ts";
import { type JobEntry, JobTable } from "./job_table.ts";
import { pause } from "./retry.ts";

const LOCK_MS = 30_000;
const NEWLINE = 10;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A part of a journal that could not be read. */
export interface JournalDamage {
  /** First byte in the file. */
  readonly from: number;
  /** Bytes. */
  readonly bytes: number;
  /** `torn`: the last line, cut off when its writer died; `damaged`: a line in the middle. */
  readonly kind: "torn" | "damaged";
  /** Where the bytes were put aside, for a torn line. */
  readonly keptIn?: string;
  /** The user has seen it, and allows to go on; never asked of a torn line, for what it was about had not happened yet. */
  readonly seen: boolean;
}

/** What is decided under the journal's lock. */
export interface Decision<T> {
  /** Events to record, with the keys of their jobs. */
  readonly records: readonly (JournalEvent & { readonly key: string })[];
  /** What the caller gets. */
  readonly result: T;
}

/**
 * What became of every job, on disk: lines of JSON that are only ever added, each with a checksum, in `journal.jsonl` of a
 * folder that several processes and threads may share.
 *
 * Every decision is made under the lock of the file, after the lines of the others were read, and its records are written before
 * the lock is let go: two processes never decide to send the same job. Records are durable (fdatasync) when `transact` returns;
 * those of many jobs share one sync. A last line that was torn by a crash is put aside in `damaged/` and cut off; a damaged line
 * in the middle is passed over; `damage` tells of both. Files are open only while a lease is held.
 *
 * On a network file system it is as safe as the system's locks and syncs are.
 *
 * @example A record outlives the object that wrote it
 * ```ts
 * import { Journal } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const folder = await Deno.makeTempDir();
 * using lease = new Journal(folder).lease();
 * const cost = { jobs: 1, seconds: 0, money: 0 };
 * const intent = { type: "intent", machine: "m", url: "u", tag: "t", attempt: 1, cost, by: "me" } as const;
 * await lease.journal.transact(() => ({ records: [{ ...intent, key: "k" }], result: undefined }));
 * using later = new Journal(folder).lease();
 * assertEquals(later.journal.refresh().get("k")?.standing, "sending");
 * ```
 */
export class Journal {
  /** Where it lies; undefined for one that is kept in memory alone. */
  readonly folder: string | undefined;
  readonly #path: string;
  #table = new JobTable();
  #damage: JournalDamage[] = [];
  #read = 0;
  #file: Deno.FsFile | undefined;
  #inode: number | null = null;
  #alive: Alive | undefined;
  #leases = 0;
  #syncing: Promise<void> | undefined;
  #nextSync: Promise<void> | undefined;
  // records written since the last sync began
  #unsynced = 0;
  // texts of a journal in memory, by digest
  readonly #texts = new Map<string, string>();

  /**
   * Makes a journal; nothing is opened yet.
   *
   * @param folder made if it is not there; undefined for a journal in memory, which ends with the object
   */
  constructor(folder: string | undefined) {
    this.folder = folder;
    this.#path = `${folder}/journal.jsonl`;
  }

  /** The parts that could not be read, since the journal was opened. */
  get damage(): readonly JournalDamage[] {
    return this.#damage;
  }

  /** Names this process, or thread, to others that share the folder, as long as a lease is held. */
  get self(): string {
    return this.#alive?.name ?? "memory";
  }

  /** Whether the process or thread of that name is alive. */
  isAlive(name: string): boolean {
    return name === this.self || (this.folder !== undefined && isAlive(this.folder, name));
  }

  /** Tells others that share the folder that this process waits for a job, until the end of a `using` block. */
  waitFor(key: string): Disposable | undefined {
    return this.#alive?.waitFor(key);
  }

  /** Whether another living process or thread sent a job, or waits for it. */
  isOthers({ by, key }: JobEntry): boolean {
    if (this.folder === undefined) return false;
    return [by, ...waitersOf(this.folder, key)].some((name) => name !== this.self && this.isAlive(name));
  }

  /**
   * Opens the files until the lease is given back; the last one closes them.
   *
   * @throws {Error} if the folder cannot be used
   */
  lease(): { readonly journal: Journal } & Disposable {
    if (this.#leases === 0 && this.folder !== undefined) this.#open(this.folder);
    this.#leases++;
    let held = true;
    const give = () => {
      if (!held) return;
      held = false;
      if (--this.#leases > 0) return;
      this.#file?.close();
      this.#file = undefined;
      this.#alive?.close();
      this.#alive = undefined;
    };
    return { journal: this, [Symbol.dispose]: give };
  }

  /**
   * Decides under the lock, and records what was decided.
   *
   * @param decide is given every job as it stands now; must not wait
   * @param options.durable false returns as soon as the records are written: they outlive this process, and are safe from a loss of
   *   power after the next `sync`. @default {true}
   * @returns its result, when the records are durable
   * @throws {Error} if they cannot be written: then none of them counts
   */
  async transact<T>(
    decide: (jobs: JobTable) => Decision<T>,
    options: { readonly durable?: boolean } = {},
  ): Promise<T> {
    const { records, result } = await this.#locked(() => {
      const decision = decide(this.#table);
      this.#write(decision.records);
      return decision;
    });
    if (records.length > 0 && options.durable !== false) await this.sync();
    return result;
  }

  /**
   * Makes all records durable that were written until now: one sync at a time; those who come meanwhile share the next.
   *
   * @throws {Error} if the disk fails
   */
  async sync(): Promise<void> {
    // what is under way may have begun before the last record was written
    if (this.#unsynced === 0) return await this.#syncing;
    using _lease = this.lease();
    await (this.#syncing === undefined ? this.#startSync() : this.#nextSync ??= this.#followingSync(this.#syncing));
  }

  /** Reads what others have written, without waiting for anybody, and returns every job as it stands. */
  refresh(): JobTable {
    if (this.#file !== undefined) this.#catchUp(false);
    return this.#table;
  }

  /**
   * Throws if a line in the middle was damaged and the user has not seen it: it may have been about a job that must not be sent again.
   *
   * @throws {Error} with the ways out
   */
  checkWhole(): void {
    const parts = this.#damage.filter(({ seen }) => !seen);
    if (parts.length === 0) return;
    throw new Error(
      `Cannot send with the journal in ${this.folder}: ${parts.length} of its lines are damaged (the first at byte ${
        parts[0].from
      }), ` +
        `and may have been about a job that would be sent again; look at them with \`deno task jobs\`, then ` +
        `\`deno task jobs accept-damage\`, or choose another folder`,
    );
  }

  /** The text of a job's answer; undefined if there is none, or it was lost or changed. */
  answerText(entry: JobEntry): string | undefined {
    const { answer } = entry;
    if (answer === undefined) return undefined;
    if (this.folder === undefined) return this.#texts.get(answer.digest);
    if (answer.line === undefined) return readDigested(this.folder, "answers", answer.digest);
    const record = recordOf(decoder.decode(this.#bytes(...answer.line)).trimEnd());
    const text = record?.type === "answer" ? record.answer.text : undefined;
    return text !== undefined && digestOf(text) === answer.digest ? text : undefined;
  }

  #open(folder: string): void {
    try {
      Deno.mkdirSync(folder, { recursive: true });
      this.#file = Deno.openSync(this.#path, { read: true, write: true, append: true, create: true });
      const { ino, size } = this.#file.statSync();
      // another file under the old name: begin again
      if (ino !== this.#inode || size < this.#read) this.#forget();
      this.#inode = ino;
      this.#alive = new Alive(folder);
      this.#catchUp(false);
    } catch (error) {
      this.#file?.close();
      this.#file = undefined;
      throw unusable(folder, error);
    }
  }

  async #locked<T>(work: () => T): Promise<T> {
    if (this.folder === undefined) return work();
    if (this.#file === undefined) throw new Error(`Cannot use the journal in ${this.folder}: take a lease first`);
    const until = performance.now() + LOCK_MS;
    for (let waitMs = 1; !this.#file.tryLockSync(true); waitMs = Math.min(50, waitMs * 2)) {
      if (performance.now() > until) {
        throw new Error(
          `Cannot use the journal in ${this.folder}: another process has held it for ${
            LOCK_MS / 1000
          } s; end that process`,
        );
      }
      await pause(waitMs);
    }
    try {
      this.#catchUp(true);
      return work();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) throw unusable(this.folder, error);
      throw error;
    } finally {
      this.#file.unlockSync();
    }
  }

  #forget(): void {
    this.#table = new JobTable();
    this.#damage = [];
    this.#read = 0;
  }

  #catchUp(locked: boolean): void {
    const file = this.#file!;
    const { size, nlink } = file.statSync();
    if (nlink === 0) throw new Deno.errors.NotFound("the journal was deleted while it was in use");
    if (size < this.#read) this.#forget();
    if (size === this.#read) return;
    const from = this.#read;
    const bytes = this.#bytes(from, size);
    let at = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, at)) {
      this.#take(decoder.decode(bytes.subarray(at, end)), from + at, from + end + 1);
      at = end + 1;
    }
    // all write under the lock: what has no end now will never have one
    if (locked && at < bytes.length) this.#cutTail(bytes.subarray(at), from + at);
  }

  #take(line: string, from: number, to: number): void {
    const record = recordOf(line);
    if (record === undefined) this.#damage.push({ from, bytes: to - from, kind: "damaged", seen: false });
    else this.#add(record, from, to);
    this.#read = to;
  }

  #add(record: JournalRecord, from: number, to: number): void {
    if (record.type !== "damage-seen") this.#table.add(record, [from, to]);
    else this.#damage = this.#damage.map((part) => part.from === record.from ? { ...part, seen: true } : part);
  }

  #cutTail(tail: Uint8Array<ArrayBuffer>, from: number): void {
    const file = this.#file!;
    if (recordOf(decoder.decode(tail)) !== undefined) {
      file.writeSync(Uint8Array.of(NEWLINE));
      this.#take(decoder.decode(tail), from, from + tail.length + 1);
      return;
    }
    const keptIn = `${this.folder}/damaged/${crypto.randomUUID()}.txt`;
    Deno.mkdirSync(`${this.folder}/damaged`, { recursive: true });
    Deno.writeFileSync(keptIn, tail);
    file.truncateSync(from);
    this.#damage.push({ from, bytes: tail.length, kind: "torn", keptIn, seen: true });
  }

  #write(records: Decision<unknown>["records"]): void {
    if (records.length === 0) return;
    const at = new Date().toISOString();
    const whole = records.map((record): JournalRecord => ({ at, ...record }));
    if (this.#file === undefined) {
      for (const record of whole) {
        if (record.type === "answer") this.#texts.set(record.answer.digest, record.answer.text ?? "");
        this.#add(record, 0, 0);
      }
      return;
    }
    const lines = whole.map(lineOf);
    const bytes = encoder.encode(lines.join(""));
    try {
      for (let done = 0; done < bytes.length;) done += this.#file.writeSync(bytes.subarray(done));
    } catch (error) {
      try {
        this.#file.truncateSync(this.#read);
      } catch {
        // what is left of it is a torn line, which the next reader puts aside
      }
      throw unusable(this.folder!, error);
    }
    this.#unsynced += lines.length;
    for (const [k, line] of lines.entries()) {
      const to = this.#read + encoder.encode(line).length;
      this.#add(whole[k], this.#read, to);
      this.#read = to;
    }
  }

  async #followingSync(first: Promise<void>): Promise<void> {
    await first.catch(() => {});
    this.#nextSync = undefined;
    await this.#startSync();
  }

  #startSync(): Promise<void> {
    this.#unsynced = 0;
    const sync = this.#file!.syncData().catch((error: unknown) => {
      this.#unsynced++;
      throw unusable(this.folder!, error);
    }).finally(() => {
      if (this.#syncing === sync) this.#syncing = undefined;
    });
    this.#syncing = sync;
    return sync;
  }

  #bytes(from: number, to: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(to - from);
    const file = this.#file;
    if (file === undefined) return Deno.readFileSync(this.#path).subarray(from, to);
    file.seekSync(from, Deno.SeekMode.Start);
    let at = 0;
    for (let read = 0; at < bytes.length; at += read) {
      const got = file.readSync(bytes.subarray(at));
      if (got === null) break;
      read = got;
    }
    return bytes.subarray(0, at);
  }
}

const journals = new Map<string, Journal>();

/**
 * Returns the journal of a folder; the same object for the same folder, so that what one sampler of this thread sends another
 * knows at once.
 *
 * @param folder see `jobsFolder`
 * @returns the journal, nothing opened yet
 *
 * Cost O(1).
 *
 * @example The same
 * ```ts
 * import { journalOf } from "qama/machine";
 * import { assert } from "@std/assert";
 * assert(journalOf("jobs") === journalOf("jobs"));
 * ```
 */
export function journalOf(folder: string): Journal {
  const known = journals.get(folder);
  if (known !== undefined) return known;
  const journal = new Journal(folder);
  journals.set(folder, journal);
  return journal;
}

function unusable(folder: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(
    `Cannot keep the journal of jobs in ${folder}: ${reason}; nothing was sent that is not recorded there; make space, or choose ` +
      `another folder with the option folder or QAMA_JOBS_DIR`,
    { cause: error },
  );
}
