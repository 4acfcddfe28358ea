/**
 * Measures until one measurement meets what is asked, five times at most, and gives all of them: the last one is to be judged.
 * A machine that stands still for a second spoils one of them; what is broken spoils each.
 */
export async function measuredAgain<T>(
  measure: () => Promise<T>,
  isMet: (measured: T) => boolean,
  most = 5
): Promise<readonly [...T[], T]> {
  const earlier: T[] = []
  for (;;) {
    const measured = await measure()
    if (isMet(measured) || earlier.length + 1 >= most) return [...earlier, measured]
    earlier.push(measured)
  }
}
