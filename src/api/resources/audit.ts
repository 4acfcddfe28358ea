import type { Principal } from '../../access/principal.ts'
import type { Sources } from './sources.ts'

/** Writes down that `principal` did something. @param action such as `site-changed` @param subject such as `site/yard` */
export function record(
  { audit }: Pick<Sources, 'audit'>,
  { actor }: Principal,
  action: string,
  subject: string,
  detail: unknown = null
): Promise<void> {
  return audit.add({ atMs: Date.now(), actor, action, subject, detail })
}
