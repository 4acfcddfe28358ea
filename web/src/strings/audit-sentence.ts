import { audit } from './people.ts'

/** Who did something, as people say it: `anna`, `export (a program of anna’s)`. */
export function actorSaid(actor: string): string {
  const [, user] = /^user:(.+)$/.exec(actor) ?? []
  // What was written before programs were told with whose they are has no name.
  const [, whose, program] = /^token:(?:([^/]+)\/)?(.+)$/.exec(actor) ?? []
  if (user !== undefined) return user
  if (program !== undefined) return audit.program(program, whose)
  return Object.hasOwn(audit.byItself, actor) ? audit.byItself[actor]! : actor
}

/** What was done; as it is written, where nobody has said how people say it. */
export function actionSaid(action: string): string {
  return Object.hasOwn(audit.actions, action) ? audit.actions[action]! : action
}

/** What an entry has beside, in one line for each part; undefined for nothing. */
export function detailSaid(detail: unknown): readonly string[] {
  if (typeof detail !== 'object' || detail === null) return detail == null ? [] : [JSON.stringify(detail)]
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
}
