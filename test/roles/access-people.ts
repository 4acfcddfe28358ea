import type { GuardedRule } from '../../src/access/access-rule.ts'
import type { Role } from '../../src/access/principal.ts'
import type { RouteRule } from '../../src/api/route-access.ts'

// Whom access-matrix.test.ts asks as, and what they should be answered: said by hand, and not by src/access.

export type Guarded = RouteRule & { readonly rule: GuardedRule }
export const isGuarded = (route: RouteRule): route is Guarded => !('open' in route.rule)
export const named = ({ method, path }: RouteRule) => `${method} ${path}`

/** Where somebody is known by what they show there alone: an address, or a link. */
export const isElsewhere = ({ path }: RouteRule) => /^\/(camera|api\/v1\/shared)\//.test(String(path))

/** What is answered to whoever was let in: nothing behind the rules is reached. */
export const letIn = 299
const enough: Readonly<Record<Role, readonly string[]>> = {
  viewer: ['view'],
  operator: ['view', 'operate'],
  admin: ['view', 'operate', 'administer']
}

interface GrantKind {
  readonly scope: 'stream' | 'site' | 'all'
  readonly scopeId: string
  readonly role: 'viewer' | 'operator'
}
/** Of the yard, which is in the garden. The attic is nowhere. */
const places = [
  ['stream', 'yard'],
  ['site', 'garden'],
  ['all', 'all']
] as const
const grants: readonly (GrantKind | undefined)[] = [
  undefined,
  ...places.flatMap(([scope, scopeId]) => (['viewer', 'operator'] as const).map(role => ({ scope, scopeId, role })))
]
export interface Person {
  readonly role: Role
  readonly grant: GrantKind | undefined
}
export const everybody: readonly Person[] = [
  { role: 'admin', grant: undefined },
  ...(['viewer', 'operator'] as const).flatMap(role => grants.map(grant => ({ role, grant })))
]
export const called = ({ role, grant }: Person) =>
  `${role} with ${grant ? `${grant.role} of ${grant.scope} ${grant.scopeId}` : 'no grant'}`

/** What is to be answered to somebody who asks for a stream. */
export function expected(route: Guarded, { role, grant }: Person, stream: string): number {
  if (isElsewhere(route)) return 401
  const { need, stream: about } = route.rule
  const isTheirs = role === 'admin' || grant?.scope === 'all' || (grant !== undefined && stream === 'yard')
  const operates = role === 'admin' || (isTheirs && grant?.role === 'operator')
  if (about === 'each' && !isTheirs) return 404
  if (!enough[role].includes(need)) return 403
  if (about === 'each' && need !== 'view' && !operates) return 403
  if (about === 'all' && role !== 'admin' && grant?.scope !== 'all') return 403
  return letIn
}
