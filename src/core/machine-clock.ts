/** Milliseconds by a clock that nobody sets and that all processes of this machine share; `performance.now()` begins anew in each. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
