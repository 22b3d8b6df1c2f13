/** Gradient of `f` at `x` by central differences; x is changed in place and restored. */
export function centralDifferences(f: () => number, x: Float64Array, step = 1e-5): Float64Array {
  return Float64Array.from(x, (value, i) => {
    x[i] = value + step;
    const up = f();
    x[i] = value - step;
    const down = f();
    x[i] = value;
    return (up - down) / (2 * step);
  });
}
