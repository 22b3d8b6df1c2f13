/** Bytes that are held, up to a limit. */
export class Budget {
  readonly #limit: number;
  #held = 0;
  #most = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes held now. */
  get held(): number {
    return this.#held;
  }

  /** Bytes that may still be taken. */
  get free(): number {
    return this.#limit - this.#held;
  }

  /** The most that were held. */
  get most(): number {
    return this.#most;
  }

  /** Takes bytes if they are there. */
  take(bytes: number): boolean {
    if (!(this.#held + bytes <= this.#limit)) return false;
    this.#held += bytes;
    this.#most = Math.max(this.#most, this.#held);
    return true;
  }

  /** Gives bytes back. */
  give(bytes: number): void {
    this.#held -= bytes;
  }
}
