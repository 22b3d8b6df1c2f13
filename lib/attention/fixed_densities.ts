/** Share of tokens that the fixed selections choose: what the trained operators were seen to choose (see results/). */
export const FIXED_DENSITY: Readonly<Record<"qamaV2Fixed" | "qamaSelectedFixed", number>> = {
  qamaV2Fixed: 0.17,
  qamaSelectedFixed: 0.22,
};

/** Share of bits that the fixed soft selection of `qamaV1Fixed` sets: what `qamaV1` sets on Gaussian heads, rounded. */
export const FIXED_BIT_DENSITY = 0.6;
