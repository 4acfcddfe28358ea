import { SightlineError } from '../../core/errors.ts'

/** `wrong` keeps Sightline from working; with a `note` it works worse than it could. */
export type FindingState = 'well' | 'note' | 'wrong'

/** What a look at one thing has found. */
export interface Finding {
  /** What was looked at, such as `disk`: one word that stays. */
  readonly check: string
  readonly state: FindingState
  /** A sentence. */
  readonly found: string
  /** What to do about it: a sentence, for whatever is not well. */
  readonly remedy?: string
}

export function well(check: string, found: string): Finding {
  return { check, state: 'well', found }
}

export function note(check: string, found: string, remedy: string): Finding {
  return { check, state: 'note', found, remedy }
}

export function wrong(check: string, found: string, remedy: string): Finding {
  return { check, state: 'wrong', found, remedy }
}

/** What a look that failed has found. Errors of ours say what to do themselves. */
export function failed(check: string, error: unknown): Finding {
  const found = error instanceof Error ? error.message : String(error)
  const code = error instanceof SightlineError ? ` (${error.code})` : ''
  return wrong(check, found, `Mend that${code}, and ask again.`)
}

/** Each look by itself: one that fails is a finding like the others. */
export async function look(check: string, work: () => Finding | Promise<Finding>): Promise<Finding> {
  try {
    return await work()
  } catch (error) {
    return failed(check, error)
  }
}
