import { betaQuantile, incompleteBeta } from "./_beta_function.ts";

/** P(|T| > t) of Student's distribution with f degrees of freedom: I_x(f / 2, 1 / 2) at x = f / (f + t^2). */
export function studentOutside(t: number, f: number): number {
  return incompleteBeta(f / (f + t * t), f / 2, 0.5);
}

/** P(T > t). */
export function studentAbove(t: number, f: number): number {
  const outside = studentOutside(t, f) / 2;
  return t >= 0 ? outside : 1 - outside;
}

/** The t with P(|T| <= t) = level. */
export function studentPoint(level: number, f: number): number {
  const x = betaQuantile(1 - level, f / 2, 0.5);
  return Math.sqrt(f * (1 - x) / x);
}
