import { SightlineError } from '../core/errors.ts'

/** @throws SL_OPTION_INVALID unless `value` is finite and above 0 */
export function checkPositive(name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return
  throw new SightlineError('SL_OPTION_INVALID', `Tracker option ${name} is ${value}: give a number above 0.`)
}

/** @throws SL_OPTION_INVALID unless `value` is in [0, 1] */
export function checkFraction(name: string, value: number): void {
  checkWithin(name, value, 0, 1)
}

/** @throws SL_OPTION_INVALID unless `value` is in [low, high] */
export function checkWithin(name: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high) return
  throw new SightlineError(
    'SL_OPTION_INVALID',
    `Tracker option ${name} is ${value}: give a number from ${low} to ${high}.`
  )
}

/** @throws SL_OPTION_INVALID unless `value` is one of `choices` */
export function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return
  throw new SightlineError('SL_OPTION_INVALID', `Tracker option ${name} is ${value}: choose ${choices.join(' or ')}.`)
}

/** @throws SL_OPTION_INVALID unless `value` is a whole number, 0 or above */
export function checkCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return
  throw new SightlineError('SL_OPTION_INVALID', `Tracker option ${name} is ${value}: give a whole number, 0 or above.`)
}
