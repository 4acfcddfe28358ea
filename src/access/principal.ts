/** Who asks, and how far they reach. Pure: `api/` finds out who it is, and asks these rules. */

/** What somebody may be given. An admin may do everything; the others only where a grant says so. */
export type Role = 'viewer' | 'operator' | 'admin'

/** What a request would do: look, change how a stream or its results are, or change who may do what. */
export type Need = 'view' | 'operate' | 'administer'

/** What the API is divided into: a token may be limited to some of it. */
export const areas = [
  'streams',
  'live',
  'events',
  'tracks',
  'recordings',
  'jobs',
  'models',
  'users',
  'settings',
  'system'
] as const
export type Area = (typeof areas)[number]

/** What a token may be used for, such as `events:read`. A user without one may do all that their role says. */
export type Scope = `${Area}:${'read' | 'write'}`
export const scopes: readonly Scope[] = areas.flatMap(area => [`${area}:read`, `${area}:write`] as const)

/** Streams by name, or all that there are and will be. */
export type Reach = 'all' | ReadonlySet<string>

export interface Principal {
  /** As the audit has it: `user:anna`, `token:anna/nightly-export`, `visitor`, `camera-api`. */
  readonly actor: string
  /** Undefined for those who are no user. */
  readonly userId: string | undefined
  readonly role: Role
  /** Undefined for all. */
  readonly scopes: ReadonlySet<Scope> | undefined
  /** When the token ends that they are here by; undefined where it does not, and for those without one. */
  readonly untilMs?: number | undefined
  readonly viewing: Reach
  /** Part of `viewing`. */
  readonly operating: Reach
}

/** The streams that `principal` may view, as the store's queries take them: undefined for all. */
export function permitted({ viewing }: Principal): readonly string[] | undefined {
  return viewing === 'all' ? undefined : [...viewing].sort()
}

export function reaches(reach: Reach, stream: string): boolean {
  return reach === 'all' || reach.has(stream)
}

/** Whether nothing was taken from who reached `earlier` and reaches `now`. `all` has those that will be, too: no set holds it. */
export function holdsAllOf(now: Reach, earlier: Reach): boolean {
  return now === 'all' || (earlier !== 'all' && [...earlier].every(stream => now.has(stream)))
}
