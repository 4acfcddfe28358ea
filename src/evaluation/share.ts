/** `part` ÷ `whole`, and 0 of nothing: no score is ever NaN. */
export function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0
}
