export {
  descendDense16,
  descendDense32,
  energiesDense16,
  energiesDense32,
  fieldsDense16,
  fieldsDense32,
  slicesDense16,
  slicesDense32,
  sweepDense16,
  sweepDense32,
} from "./dense";
export {
  descendSparse16,
  descendSparse32,
  energiesSparse16,
  energiesSparse32,
  fieldsSparse16,
  fieldsSparse32,
  sweepSparse16,
  sweepSparse32,
} from "./sparse";
export { slicesSparse16, slicesSparse32 } from "./sparse_slices";
