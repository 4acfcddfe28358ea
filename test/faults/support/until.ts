import { setTimeout as pause } from 'node:timers/promises'

/** Resolves when `condition` holds. Throws after `givenUpMs`, naming what was waited for. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { givenUpMs = 180_000, why = () => '' }: { readonly givenUpMs?: number; readonly why?: () => string } = {}
): Promise<void> {
  const givenUpAt = performance.now() + givenUpMs
  while (!(await condition())) {
    if (performance.now() > givenUpAt) throw new Error(`Not within ${givenUpMs / 1000} s: ${what}. ${why()}`)
    await pause(5)
  }
}
