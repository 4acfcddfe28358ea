import { SightlineError } from './errors.ts'

/** What documentation, examples and images of containers use. */
const known =
  /^(change-?me|default|example|minioadmin|password|postgres|root|secret|sightline|admin|test|guest)[\d!]*$|^(.)\2*$/i

/**
 * Refuses a secret that somebody could guess.
 * @param what it is called for people
 * @param least how many characters it has to have
 * @throws SL_SECRET_WEAK, which names the secret and never shows it
 */
export function requireStrong(what: string, value: string, least: number): void {
  if (value.length >= least && !known.test(value)) return
  throw new SightlineError(
    'SL_SECRET_WEAK',
    `${what} is too short or too well known for production: take at least ${least} characters that nobody has seen, such as the output of \`openssl rand -hex 24\`.`
  )
}
