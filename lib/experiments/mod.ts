/**
 * Run records, resumable runs, tables and figures rendered from records.
 *
 * @module
 */
export { attentionInstances, type AttentionInstancesOptions } from "./attention_instances.ts";
export { commandOf } from "./command.ts";
export { matchExhibits } from "./_report_sections.ts";
export { exhibitsMarkdown } from "./exhibits_markdown.ts";
export { checkpointPath } from "./checkpoint_path.ts";
export { learningCurves } from "./curves.ts";
export { type Configuration, configurationDifferences, configurationDigest, recordDigest } from "./digest.ts";
export { comparedEpochs, ENOUGH_SEEDS, epochNotes } from "./epoch_notes.ts";
export { exampleRecord } from "./example_record.ts";
export {
  type ChosenItem,
  exampleExhibit,
  type Exhibit,
  EXHIBIT_SCHEMA,
  type ExhibitEnergies,
  type ExhibitItem,
  type ExhibitOverlap,
  type PictureItem,
  type TextItem,
} from "./exhibit.ts";
export { exhibitFigure } from "./exhibit_figure.ts";
export { readExhibits, writeExhibit } from "./exhibit_file.ts";
export {
  readSelectedBench,
  SELECTED_BENCH_COMMAND,
  SELECTED_BENCH_SCHEMA,
  type SelectedBench,
  type SelectedBenchRow,
} from "./selected_bench_record.ts";
export { type LengthBench, type LengthRow, readLengthBench } from "./length_record.ts";
export { readSoftSelection, type SoftRow, type SoftSelectionRecord } from "./soft_record.ts";
export { keepExhibits, shownRecords } from "./keep_exhibits.ts";
export { EXHIBIT_ITEMS, makeExhibit, SHOWN_ITEMS } from "./make_exhibit.ts";
export { type FolderLock, lockFolder } from "./folder_lock.ts";
export { localQueue, type LocalQueueOptions, shareCores } from "./local_queue.ts";
export { codeVersion, describeMachine, peakMemoryBytes } from "./machine.ts";
export type { NatsOptions, Priority } from "./_nats_bus.ts";
export { type BodyCheck, type KindContext, RefusedError, type TaskBrief, type TaskKind } from "./_nats_kinds.ts";
export type { DataHere, TrainKindOptions } from "./_nats_train_kind.ts";
export type { ProcessSettings } from "./_nats_process_kind.ts";
export { ttsGapKind } from "./_nats_tts_gap_kind.ts";
export { type NatsTaskEnd, type NatsTasksOptions, runNatsTasks } from "./nats_tasks.ts";
export { natsTtsGap } from "./nats_tts_gap.ts";
export { serveTtsGap, type ServeTtsGapOptions, type TtsGapOrder } from "./serve_tts_gap.ts";
export type { NatsRole } from "./_nats_roles.ts";
export { type NatsConfigOptions, writeNatsConfig } from "./nats_config.ts";
export { natsExecutor, type NatsExecutorOptions } from "./nats_executor.ts";
export {
  cancelNatsPlan,
  type NatsPlanStatus,
  type NatsStatus,
  natsStatus,
  type NatsWorkerStatus,
  watchNats,
  type WatchNatsOptions,
} from "./nats_status.ts";
export { serveNats, type ServeNatsOptions } from "./nats_worker.ts";
export type { WorkerState } from "./nats_worker_state.ts";
export { defaultOperators, isOperatorName, operatorOrder, operatorTitles } from "./operators.ts";
export { type Plan, type PlanCell, planOf, profileName, REPRODUCE_QUESTION } from "./plan.ts";
export type { ExecuteOptions, PlanExecutor, RunOutcome, RunReport, RunTask } from "./plan_executor.ts";
export { type Profile, type ProfileName, profiles } from "./profiles.ts";
export {
  PAPER_EPOCHS,
  type PaperSettings,
  paperSettings,
  paperTextSettings,
  publishedAt,
  type PublishedValue,
  publishedValues,
  recreatedSeeds,
} from "./published.ts";
export { publishRecords } from "./publish_records.ts";
export { readRecord, readRecords, recordFileName, writeRecord, writeWhole } from "./record_file.ts";
export { resultsPage, type ResultsPageOptions } from "./report.ts";
export {
  readingNotes,
  type Reasons,
  resultsMarkdown,
  resultsTable,
  tableLegend,
  type TextTable,
} from "./results_table.ts";
export { type ResultRow, resultRows, type TableRow, tableRows } from "./rows.ts";
export {
  type LoadedImages,
  type PlanProgress,
  type PlanResult,
  type RunFailure,
  type RunningCell,
  runPlan,
  type RunPlanOptions,
} from "./run_plan.ts";
export { serveRun, type ServeRunOptions } from "./serve_run.ts";
export { reuseRuns, type ReuseRunsOptions } from "./reuse_runs.ts";
export { seedTable } from "./seed_table.ts";
export {
  analyseStudy,
  type StudyAccuracy,
  type StudyComparison,
  type StudyDataAnalysis,
  type StudyVerdict,
} from "./study_analysis.ts";
export {
  ADDED_QUESTION,
  KNOWN_BEFORE,
  REPEATED_QUESTIONS,
  type RepeatedQuestion,
  STUDY_QUESTIONS,
  STUDY_SWAPS,
  studyMargin,
  type StudyQuestion,
  type StudyQuestionName,
} from "./study_comparisons.ts";
export { STUDY_COMMAND, type StudyReport, studyReport, type StudyReportOptions } from "./study_report.ts";
export { type EvaluateStudyOptions, evaluateStudyRuns } from "./evaluate_study.ts";
export {
  evaluateStudyModel,
  type EvaluateStudyModelOptions,
  rightItems,
  SENSITIVITY_ITEMS,
  STUDY_NOISE_LEVELS,
  STUDY_ROUNDED_BITS,
  STUDY_SWEEPS,
  type StudyEvaluation,
  type StudyMeasures,
  type StudyVariant,
} from "./study_evaluation.ts";
export {
  publishStudyRecords,
  readPublishedStudy,
  readStudyRecord,
  readStudyRecords,
  STUDY_SCHEMA,
  studyDigest,
  type StudyRecord,
  writeStudyRecord,
} from "./study_record.ts";
export {
  STUDY_DATA,
  STUDY_OPERATORS,
  STUDY_QUESTION,
  STUDY_SEEDS,
  studyPlan,
  type StudyPlanOptions,
} from "./study_plan.ts";
export {
  TRIAL_DATA,
  TRIAL_OPERATORS,
  TRIAL_PROFILE,
  TRIAL_QUESTION,
  TRIAL_SEEDS,
  trialPlan,
  type TrialPlanOptions,
} from "./trial_plan.ts";
export {
  analyseTrials,
  TRIAL_KEYS,
  TRIAL_PARAMETERS,
  type TrialAnalysis,
  type TrialChoice,
  type TrialDifference,
  type TrialReference,
  type TrialRow,
  type TrialTable,
} from "./trial_analysis.ts";
export { TRIAL_COMMAND, trialReport } from "./trial_report.ts";
export {
  type CodeVersion,
  type DataDescription,
  type MachineDescription,
  RECORD_SCHEMA,
  type ResolvedOptions,
  type RunRecord,
  type Trainer,
} from "./types.ts";
export { exampleTtsGapRecord } from "./example_tts_gap_record.ts";
export {
  publishTtsGapRecords,
  readTtsGapRecord,
  readTtsGapRecords,
  ttsGapFileName,
  writeTtsGapRecord,
} from "./tts_gap_file.ts";
export { analyseTtsGap, type TtsGapAnalysisOptions, type TtsGapCell, type TtsGapTime } from "./tts_gap_analysis.ts";
export type { GapKind, GapWithError, SolutionCost } from "./_tts_gap_kinds.ts";
export {
  TTS_GAP_COMMAND,
  ttsGapFigure,
  type TtsGapReport,
  ttsGapReport,
  type TtsGapReportOptions,
} from "./tts_gap_report.ts";
export { type AttentionScaling, attentionScaling, type Training } from "./tts_gap_scaling.ts";
export { mergeSeeds } from "./tts_gap_seeds.ts";
export {
  runTtsGap,
  type RunTtsGapOptions,
  type TtsGapExecutor,
  type TtsGapOutcome,
  type TtsGapProgress,
  type TtsGapTask,
} from "./run_tts_gap.ts";
export { ttsGapInstances, type TtsGapProfile, type TtsGapProfileName, ttsGapProfiles } from "./tts_gap_plan.ts";
export {
  type ChainSolver,
  type ReadCounts,
  type SampledSolver,
  TTS_SOLVERS,
  type TtsSolver,
} from "./tts_gap_solvers.ts";
export {
  TTS_GAP_QUESTION,
  TTS_GAP_SCHEMA,
  type TtsChainGap,
  type TtsGapAddition,
  type TtsGapBound,
  ttsGapDigest,
  type TtsGapInstance,
  type TtsGapLength,
  type TtsGapRecord,
  type TtsGapSolver,
  type TtsSweepGap,
  type TtsTransverseGap,
} from "./tts_gap_record.ts";
export {
  exampleMachineStudyRecord,
  MACHINE_STUDY_QUESTION,
  MACHINE_STUDY_SCHEMA,
  machineStudyDigest,
  machineStudyFileName,
  type MachineStudyInference,
  type MachineStudyRecord,
  type MachineStudyReplay,
  type MachineStudyTraffic,
  type MachineStudyTraining,
} from "./machine_study_record.ts";
export { readMachineStudyRecord, readMachineStudyRecords, writeMachineStudyRecord } from "./machine_study_file.ts";
export type { StudyOperator } from "./machine_study_model.ts";
export type { StudyRow } from "./machine_study_plan.ts";
export type { StudySolver } from "./machine_study_solver.ts";
export { MACHINE_STUDY_COMMAND, type MachineStudyReport, machineStudyReport } from "./machine_study_report.ts";
export { runMachineStudy, type RunMachineStudyOptions } from "./run_machine_study.ts";
export {
  accuracyTolerance,
  incomparable,
  spread,
  type Verdict,
  verdict,
  type VerdictInput,
  WIDEST_TOLERANCE,
} from "./verdict.ts";
export {
  type CountedSolver,
  countedSolver,
  type GradientProblems,
  gradientProblems,
  type GradientProblemSizes,
  measureEstimator,
  type MeasureEstimatorOptions,
} from "./gradient_study_estimate.ts";
export { readGradientStudyRecord, readGradientStudyRecords, writeGradientStudyRecord } from "./gradient_study_file.ts";
export {
  type Estimated,
  exampleGradientStudyRecord,
  GRADIENT_STUDY_QUESTION,
  GRADIENT_STUDY_SCHEMA,
  type GradientErrors,
  gradientStudyDigest,
  type GradientStudyEstimate,
  gradientStudyFileName,
  type GradientStudyPoint,
  type GradientStudyRecord,
  type GradientStudyTraining,
} from "./gradient_study_record.ts";
export {
  estimateRows,
  GRADIENT_STUDY_BETAS,
  GRADIENT_STUDY_TRAINING_BETA,
  type GradientStudyRow,
  trainingRows,
} from "./gradient_study_rows.ts";
export { type GradientTrainingOptions, trainForTime } from "./gradient_study_training.ts";
export { runGradientStudy, type RunGradientStudyOptions } from "./run_gradient_study.ts";
export { GRADIENT_STUDY_COMMAND, type GradientStudyReport, gradientStudyReport } from "./gradient_study_report.ts";
export {
  exampleLongStudyRecord,
  LONG_STUDY_DEFAULTS,
  LONG_STUDY_SCHEMA,
  longStudyDigest,
  longStudyFileName,
  type LongStudyRecord,
  readLongStudyRecord,
  readLongStudyRecords,
  writeLongStudyRecord,
} from "./long_study_record.ts";
export type { LongEvidence } from "./_long_choice.ts";
export { LONG_STUDY_COMMAND, longStudyMarkdown, type LongStudyReport, longStudyReport } from "./long_study_report.ts";
export { type LongStudyRow, longStudyRows } from "./long_study_rows.ts";
export {
  exampleLongTimesRecord,
  LONG_TIMES_SCHEMA,
  longTimesDigest,
  type LongTimesRecord,
  type LongTimesRow,
  readLongTimesRecord,
  readLongTimesRecords,
  type RelativeTime,
  relativeTime,
  writeLongTimesRecord,
} from "./long_times_record.ts";
export { longTimesMarkdown } from "./long_times_report.ts";
export { runLongTimes, type RunLongTimesOptions } from "./run_long_times.ts";
export { planLongStudy, type PlannedLongRun, runLongStudy, type RunLongStudyOptions } from "./run_long_study.ts";
export {
  CIRCUIT_DATA,
  CIRCUIT_PROFILES,
  CIRCUIT_QUESTION,
  circuitPlan,
  type CircuitPlanOptions,
  type CircuitProfile,
  type CircuitProfileName,
} from "./circuit_plan.ts";
export {
  CIRCUIT_VARIANTS,
  type CircuitNoiseOptions,
  type CircuitVariant,
  type CircuitVariantResult,
  evaluateCircuitNoise,
} from "./circuit_noise.ts";
export {
  CIRCUIT_NOISE_SCHEMA,
  circuitNoiseDigest,
  type CircuitNoiseRecord,
  evaluateCircuitRuns,
  type EvaluateCircuitRunsOptions,
  readCircuitNoiseRecord,
  readCircuitNoiseRecords,
  writeCircuitNoiseRecord,
} from "./circuit_noise_record.ts";
export { circuitNoiseTables, circuitOverview, type CircuitReport, circuitReport } from "./circuit_report.ts";
export {
  type ClassifierGradientOptions,
  type ClassifierGradientRow,
  classifierOfSize,
  type ClassifierStart,
  measureClassifierGradients,
} from "./circuit_plateau.ts";
export {
  CIRCUIT_PLATEAU_SCHEMA,
  CIRCUIT_PLATEAU_SIZES,
  circuitPlateauDigest,
  type CircuitPlateauOptions,
  type CircuitPlateauRecord,
  type CircuitPlateauSize,
  measureCircuitPlateau,
  readCircuitPlateauRecord,
  writeCircuitPlateauRecord,
} from "./circuit_plateau_record.ts";
export { type CircuitPlateauReport, circuitPlateauReport } from "./circuit_plateau_report.ts";
export {
  CIRCUIT_PEER_SCHEMA,
  type CircuitPeerRecord,
  circuitPeerReport,
  type CircuitPeerRow,
  type CircuitPeerTiming,
  readCircuitPeerRecord,
} from "./circuit_peer_record.ts";
