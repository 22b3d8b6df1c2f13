/** A growing list of numbers: float64, or 32-bit indices. */
export class NumberList {
  #values: Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
  #size = 0;

  constructor(kind: "float64" | "uint32") {
    this.#values = kind === "float64" ? new Float64Array(1024) : new Uint32Array(1024);
  }

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** The numbers; a view. */
  get values(): Float64Array | Uint32Array {
    return this.#values.subarray(0, this.#size);
  }

  /** Adds a number. */
  push(value: number): void {
    if (this.#size === this.#values.length) this.#grow();
    this.#values[this.#size++] = value;
  }

  #grow(): void {
    // half as much again; the buffer is moved, so that there are never two of the full size in use for long
    const length = Math.ceil(1.5 * this.#values.length);
    const buffer = this.#values.buffer.transfer(length * this.#values.BYTES_PER_ELEMENT);
    this.#values = this.#values instanceof Float64Array ? new Float64Array(buffer) : new Uint32Array(buffer);
  }
}
