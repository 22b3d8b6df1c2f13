import type { ValueForm } from "./_check_form.ts";
import { CODE_FORM, MACHINE_FORM, type SignedKind } from "./_signed_record.ts";
import { TTS_GAP_SCHEMA, ttsGapDigest, type TtsGapRecord } from "./tts_gap_record.ts";

const BETA_RULE = { beta: "amount", dynamics: { choices: ["glauber", "metropolis"] } } as const;
const HOW = { method: "string", residual: "number" } as const;

const FORM: ValueForm = {
  fields: {
    experiment: { choices: ["tts-gap"] },
    question: "string",
    profile: "string",
    instance: {
      fields: {
        ...{ name: "string", family: "string", n: "count", fingerprint: "string", provenance: "string" },
        ...{ parameters: { named: "plain" }, groundEnergy: "number", groundStates: "count", proof: "string" },
      },
    },
    gaps: {
      fields: {
        chain: {
          list: {
            fields: {
              ...BETA_RULE,
              sector: { choices: ["even", "full"] },
              ...{ gap: "number", absoluteGap: "number", gapPerSweep: "number", relaxationUpdates: "number" },
              ...{ groundWeight: "amount", minimumWeight: "amount" },
              ...HOW,
            },
          },
        },
        sweep: { list: { fields: { ...BETA_RULE, gap: "number", ...HOW } } },
        transverse: {
          orNull: {
            fields: {
              ...{ gap: "number", s: "amount", groundDegeneracy: "count", sector: { choices: ["even", "full"] } },
              energyUnit: "number",
              curve: { list: { fields: { s: "amount", gap: "number" } } },
              ...HOW,
            },
          },
        },
      },
    },
    solvers: {
      list: {
        fields: {
          ...{
            name: "string",
            sampler: "string",
            options: { named: "json" },
            unit: "string",
            beta: { orNull: "amount" },
          },
          lengths: {
            list: {
              fields: {
                ...{ runLength: "count", trials: "count", successes: "count" },
                ...{ annealMs: "amount", runTimeMs: "amount", endToEndMs: "amount" },
                ...{ spinUpdates: "amount", matrixVectorProducts: { orNull: "amount" } },
              },
            },
          },
        },
      },
    },
    bounds: {
      list: {
        fields: {
          ...{ name: "string", side: { choices: ["upper", "lower"] }, ...BETA_RULE },
          ...{ bound: "number", measured: "number", low: "number", high: "number", unit: "string", holds: "boolean" },
        },
      },
    },
    seed: "count",
    ...{ code: CODE_FORM, machine: MACHINE_FORM, startedAt: "string" },
    additions: {
      list: { fields: { code: CODE_FORM, machine: MACHINE_FORM, startedAt: "string", what: { list: "string" } } },
    },
    clocks: { fields: { proofMs: "amount", gapsMs: "amount", readsMs: "amount" } },
    ending: { choices: ["completed", "interrupted"] },
  },
};

/** What records of time to solution against gap are checked by. */
export const TTS_GAP_KIND: SignedKind<TtsGapRecord> = {
  schema: TTS_GAP_SCHEMA,
  form: FORM,
  wayOut: "move the file away, and the record can be made again",
  digest: ttsGapDigest,
  signed: "counts",
  check: ({ solvers }, refuse) => {
    for (const [i, { lengths }] of solvers.entries()) {
      for (const [k, { trials, successes, runLength }] of lengths.entries()) {
        const at = `solvers[${i}].lengths[${k}]`;
        if (trials < 1 || successes > trials) refuse(`${at}.successes`, `at most the ${trials} trials, one or more`);
        if (k > 0 && !(runLength > lengths[k - 1].runLength)) refuse(`${at}.runLength`, "longer than the one before");
      }
    }
  },
};
