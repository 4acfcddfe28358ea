import Value from 'typebox/value'
import { AnalysisSettings } from '../../config/analysis-settings.ts'
import { checkModels, everyModel, isFileOfMachine } from '../../config/model-choice.ts'
import { SightlineError } from '../../core/errors.ts'

/** How somebody wants a recording analysed. What people would take paths for are names of the server's own files. @throws SL_REQUEST_INVALID, SL_OPTION_… */
export function checkedSettings(settings: unknown): AnalysisSettings {
  if (!Value.Check(AnalysisSettings, settings)) {
    const [error] = Value.Errors(AnalysisSettings, settings)
    throw new SightlineError(
      'SL_REQUEST_INVALID',
      `\`settings${error?.instancePath ?? ''}\` ${error?.message ?? 'is wrong'}: the settings file’s section \`analysis\` has such fields.`
    )
  }
  if (everyModel(settings).some(isFileOfMachine))
    throw new SightlineError(
      'SL_REQUEST_INVALID',
      'Each model of `settings` has to be a name of the catalogue, or `motion`: a file of the server is none.'
    )
  checkModels(settings)
  return settings
}

/** The same as a text of JSON, as senders of files say it; none for none. @throws SL_REQUEST_INVALID, SL_OPTION_… */
export function settingsOfText(text: string | null | undefined): AnalysisSettings {
  if (text === null || text === undefined || text === '') return {}
  let settings: unknown
  try {
    settings = JSON.parse(text)
  } catch (cause) {
    throw new SightlineError('SL_REQUEST_INVALID', 'The `settings` of the upload are no JSON.', { cause })
  }
  return checkedSettings(settings)
}
