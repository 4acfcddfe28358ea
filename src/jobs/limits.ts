/** What one job may take. Whatever goes beyond is stopped, and the job fails with a code that says which limit it was. */
export interface JobLimits {
  /** Size of the file. */
  readonly inputBytes: number
  /** Length of the recording. */
  readonly durationMs: number
  /** Of one picture. */
  readonly pixels: number
  /** What the work folder may hold. */
  readonly diskBytes: number
  /** What the job's log may hold. */
  readonly logBytes: number
  /** Resident memory of the worker. */
  readonly memoryBytes: number
  /** How long the worker may run, by a clock that nobody sets. */
  readonly wallMs: number
}

const gigabyte = 1_000_000_000
const hour = 3_600_000

/** A match in 4K is 50 GB and 2 hours; a day of a camera is analysed in a day on two cores. */
export const defaultLimits: JobLimits = {
  inputBytes: 100 * gigabyte,
  durationMs: 25 * hour,
  pixels: 8192 * 8192,
  diskBytes: 20 * gigabyte,
  logBytes: 10 * gigabyte,
  memoryBytes: 4 * gigabyte,
  wallMs: 48 * hour
}
