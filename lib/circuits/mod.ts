/**
 * Small quantum circuits, simulated exactly: states, parameterised Hamiltonians, their evolution and gradients.
 *
 * @module
 */
export {
  annealCircuit,
  type AnnealOptions,
  type AnnealSchedule,
  qaoaCircuit,
  transverseFieldHamiltonian,
} from "./anneal.ts";
export {
  type BarrenPlateauOptions,
  type BarrenPlateauRecord,
  type BarrenPlateauRow,
  measureBarrenPlateau,
  type PlateauCost,
} from "./barren_plateau.ts";
export { type Circuit, circuit, type CircuitParts } from "./circuit.ts";
export { type DensityRun, densityRun, type Noise } from "./density_matrix.ts";
export { diagonalEnergies } from "./diagonal_energies.ts";
export { type EvolutionError, evolutionErrors } from "./evolution_errors.ts";
export { type Evolution, evolve, type EvolveOptions } from "./evolve.ts";
export { type Coefficient, type Hamiltonian, hamiltonian } from "./hamiltonian.ts";
export { isingHamiltonian } from "./ising_hamiltonian.ts";
export {
  learnedEvolution,
  type LearnedEvolutionOptions,
  measuredPaulis,
  type SampleEncoding,
} from "./learned_evolution.ts";
export { type NoisyExpectations, noisyExpectations, type TrajectoryOptions } from "./noisy_expectations.ts";
export {
  type CircuitGradient,
  type CircuitValues,
  expectations,
  type OpenCircuit,
  openCircuit,
  type OpenCircuitOptions,
  runCircuit,
} from "./open_circuit.ts";
export {
  type Angle,
  cz,
  type CzOperation,
  gate,
  type GateName,
  type GateOperation,
  type Operation,
  phase,
  type PhaseOperation,
  rotation,
  type RotationOperation,
  rx,
  ry,
  rz,
  type VariableAngle,
  zz,
} from "./operations.ts";
export { parameterShift, parameterShiftHessian } from "./parameter_shift.ts";
export { type PauliString, pauliString } from "./pauli.ts";
export { sampleShots, shotMean, type ShotOptions } from "./sample_shots.ts";
export { amplitudeState, basisState, checkStates, plusState } from "./states.ts";
export { type TrotterOptions, type TrotterOrder, trotterSteps } from "./trotter_steps.ts";
export { twoDesignVariance } from "./two_design_variance.ts";
export { type VarianceEstimate, varianceEstimate } from "./variance_estimate.ts";
