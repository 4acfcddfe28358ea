import type { ModelChoice } from '../config/model-choice.ts'
import { SightlineError } from '../core/errors.ts'

/** What follows a model's name: the classes that it is asked for, and those that it looks inside of. */
const suffixes = /^(?<model>[^=@].*?)(?:=(?<classes>[^=@/\\]+))?(?:@(?<inside>[^=@/\\]+))?$/

/** Parses `NAME`, `NAME=person,car`, `NAME@person` and `NAME=face@person` of --model. Throws SL_OPTION_INVALID. */
export function parseModel(text: string): ModelChoice {
  const { model, classes, inside } = suffixes.exec(text)?.groups ?? {}
  if (model === undefined || /[=@]$/.test(model))
    throw new SightlineError(
      'SL_OPTION_INVALID',
      `--model ${text}: write NAME, NAME=CLASS,CLASS for those classes alone, or NAME@CLASS to look inside of them.`
    )
  return {
    model,
    ...(classes !== undefined && { classes: names(text, classes) }),
    ...(inside !== undefined && { inside: names(text, inside) })
  }
}

function names(option: string, text: string): string[] {
  const list = text.split(',').map(name => name.trim())
  if (list.every(name => name !== '')) return list
  throw new SightlineError('SL_OPTION_INVALID', `--model ${option}: write class names with commas between them.`)
}
