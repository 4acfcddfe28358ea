import type { StreamSettings } from '../../config/stream-settings.ts'
import type { SourceTrial, SourceTrialFailure } from '../../contract/api/source-trial.ts'
import type { Sources } from './sources.ts'

export type TrialForm = Pick<StreamSettings, 'source' | 'transport' | 'verifyTls' | 'kind' | 'intervalMs'>

/** Opens sources once. */
export interface SourceTrialDesk {
  /** @throws SL_OPTION_INVALID, SL_INPUT_REFUSED for an address that may not be asked for, SL_TRIAL_LIMIT */
  run(form: TrialForm, signal: AbortSignal): Promise<SourceTrial | SourceTrialFailure>
}

/** What a source gives, or why it gives nothing: opened once, by the rules that hold for streams. */
export function trySource(
  { trials }: Pick<Sources, 'trials'>,
  form: TrialForm,
  signal: AbortSignal
): Promise<SourceTrial | SourceTrialFailure> {
  return trials.run(form, signal)
}
