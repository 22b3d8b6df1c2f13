/** The positive x at which `x^3 + (1 - p) x` is `push`: how far a constant feedback drives an oscillator pumped at p. */
export function amplitudeAtRest(pump: number, push: number): number {
  let [low, high] = [0, 1 + Math.abs(pump) + push];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (middle ** 3 + (1 - pump) * middle < push) low = middle;
    else high = middle;
  }
  return low;
}
