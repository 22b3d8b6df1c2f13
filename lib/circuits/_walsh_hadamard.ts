/** Walsh and Hadamard's transform in place: `a_z` becomes `sum_y (-1)^|y & z| a_y`. */
export function walshHadamard(a: Float64Array): void {
  for (let half = 1; half < a.length; half *= 2) {
    for (let from = 0; from < a.length; from += 2 * half) {
      for (let i = from; i < from + half; i++) {
        const [p, q] = [a[i], a[i + half]];
        a[i] = p + q;
        a[i + half] = p - q;
      }
    }
  }
}
