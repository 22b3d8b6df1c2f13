import type { Vartype } from "../model/mod.ts";

/** How a preflight is flown. */
export interface PreflightOptions {
  /** Bits of a coefficient on the machine, sign included, 2 to 53. */
  readonly bits: number;
  /** The numbers of bits at which survival is looked at. @default {[2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16]} */
  readonly curve?: readonly number[];
  /** Variables of the machine: how far coefficients may be split. @default {2048} */
  readonly variables?: number;
  /** Jobs that an advice may take. @default {8} */
  readonly jobs?: number;
  /** Reads of the annealer that stands in for an ideal machine above 20 variables. @default {20} */
  readonly numReads?: number;
  /** Sweeps of a read. @default {500} */
  readonly numSweeps?: number;
  /** Seed, an integer from 0. @default {0} */
  readonly seed?: number;
  /** Stops the preflight, which rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called before each model that is solved. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number; readonly what: string }) => void;
}

/** How many coefficients are left after rounding. */
export interface Survival {
  /** Coefficients other than 0 before. */
  readonly before: number;
  /** Of these, how many are not 0 after. */
  readonly after: number;
  /** `after / before`; 1 where there were none. */
  readonly share: number;
  /** Share of the sum of sizes `|c|` that the surviving ones carried; 1 where there were none. */
  readonly weightShare: number;
}

/** How far coefficients lie apart. */
export interface DynamicRange {
  /** Largest `|c|` of all coefficients, couplings and linear ones. */
  readonly largest: number;
  /** Largest `|c|` of the couplings. */
  readonly largestCoupling: number;
  /** Smallest `|c|` of the couplings, zeros left out. */
  readonly smallestCoupling: number;
  /** Bits at which no coupling is rounded to 0; Infinity above 53. */
  readonly bitsForAll: number;
  /** Bits at which the couplings that survive carry 99 % of the weight. */
  readonly bitsFor99: number;
  /** The same for 90 %. */
  readonly bitsFor90: number;
  /** The same for 50 %. */
  readonly bitsFor50: number;
}

/** What is left at some number of bits. */
export interface SurvivalPoint {
  /** Bits, sign included. */
  readonly bits: number;
  /** Share of the couplings that are not 0. */
  readonly couplings: number;
  /** True if an optimum of the model is still one of the rounded model. */
  readonly optimumSurvives: boolean;
  /** Share of the variables that have their value in the optimum, mean over the optima of the rounded model. */
  readonly agreement: number;
  /** See `PreflightReport.loss`. */
  readonly loss: number;
}

/** What could be done, and what it gives. */
export interface Advice {
  /** What. */
  readonly action: "other-form" | "fix" | "clip" | "drop" | "stochastic" | "split" | "decompose" | "more-bits";
  /** How, in words and numbers. */
  readonly how: string;
  /** `loss` with it, at the same bits; null where it was not measured. */
  readonly loss: number | null;
  /** Jobs it takes. */
  readonly jobs: number;
  /** Variables of the largest of them. */
  readonly variables: number;
}

/** What rounding does to a model before anything is sent. */
export interface PreflightReport {
  /** Which model. */
  readonly fingerprint: string;
  /** n. */
  readonly variables: number;
  /** The values of its variables. */
  readonly vartype: Vartype;
  /** Bits, sign included. */
  readonly bits: number;
  /** What 1 stands for after rounding, in units of energy. */
  readonly step: number;
  /** The couplings. */
  readonly couplings: Survival;
  /** The linear coefficients. */
  readonly linear: Survival;
  /** The couplings, and `loss`, where numbers are cut toward 0 as a cast to integers does, in place of rounded. */
  readonly truncated: { readonly couplings: Survival; readonly loss: number };
  /** How far they lie apart. */
  readonly range: DynamicRange;
  /** Rounding changes no energy by more than this. */
  readonly energyError: number;
  /** Lowest energy of the model; `proved`, or the lowest seen. */
  readonly optimum: { readonly energy: number; readonly proved: boolean };
  /** Mean energy over all states. */
  readonly meanEnergy: number;
  /** Lowest energy of the rounded model and how sure it is, and how many states of it were seen. */
  readonly rounded: { readonly proved: boolean; readonly states: number };
  /** At the asked number of bits. */
  readonly optimumSurvives: boolean;
  /** At the asked number of bits. */
  readonly agreement: number;
  /**
   * The one number, in percent: `100 (mean E(x_q) - E*) / (E_mean - E*)` over the optima x_q of the rounded model, E the model as it
   * was given, E* its lowest energy, E_mean that of a random state. 0: nothing is lost. 100: no better than throwing coins.
   */
  readonly loss: number;
  /** `loss` of the optimum of the linear coefficients alone: what the couplings are there for. */
  readonly lossWithoutCouplings: number;
  /** The number in a word: up to 0.1 `safe`, up to 5 `lossy`, above `ruined`. */
  readonly verdict: "safe" | "lossy" | "ruined";
  /** Over bits. */
  readonly curve: readonly SurvivalPoint[];
  /** What could be done, measured. */
  readonly advice: readonly Advice[];
}
