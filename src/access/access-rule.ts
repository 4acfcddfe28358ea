import { type Area, type Need, type Principal, reaches, type Scope } from './principal.ts'

/** Who may pass: part of every route, GraphQL field, socket message and media path. What has none is not served. */
export type AccessRule = OpenRule | GuardedRule

/** Strangers too: says nothing that they may not know, and changes nothing. */
export interface OpenRule {
  readonly open: true
}

export interface GuardedRule {
  /** `any`: for whoever is known, since what is inside (the fields of a GraphQL document) has rules of its own. */
  readonly area: Area | 'any'
  readonly need: Need
  /**
   * `each`: one stream, which the request names (a route's parameter `stream`): judged before anything else is done.
   * `found`: what is asked for belongs to a stream that is known once it was found: judged by whoever found it, as
   * `mayReach`. `all`: is about all streams at once, for who may see all of them. `none`: belongs to no stream, or is a list
   * that shows what is permitted and nothing else.
   */
  readonly stream: 'each' | 'found' | 'all' | 'none'
  /** Strangers too, where they are on this machine: what its own tools look at, such as figures. */
  readonly hereToo?: true
}

/** `unknown`: it may not even be known that it is there (404). `stranger`: nobody has said who they are (401). */
export type Verdict = 'pass' | 'stranger' | 'unknown' | 'forbidden'

/** @param stream the one that the request names; required where the rule says `each` */
export function judge(rule: AccessRule, principal: Principal | undefined, stream?: string): Verdict {
  if ('open' in rule) return 'pass'
  if (!principal) return 'stranger'
  if (!hasScope(principal, rule)) return 'forbidden'
  if (rule.stream === 'each') return mayReach(principal, rule.need, stream ?? '')
  if (rule.stream === 'all' && principal.viewing !== 'all') return 'forbidden'
  return hasRole(principal, rule.need) ? 'pass' : 'forbidden'
}

/** Whether what belongs to `stream` may be viewed or operated. */
export function mayReach(principal: Principal, need: Need, stream: string): Exclude<Verdict, 'stranger'> {
  if (!reaches(principal.viewing, stream)) return 'unknown'
  if (!hasRole(principal, need)) return 'forbidden'
  return need === 'view' || reaches(principal.operating, stream) ? 'pass' : 'forbidden'
}

const inside: GuardedRule = { area: 'system', need: 'administer', stream: 'none' }

/** Whether somebody may read of folders, hosts and whatever else is behind what they asked for. */
export function mayKnowInside(principal: Principal | undefined): boolean {
  return judge(inside, principal) === 'pass'
}

/** Reading is `view`; whatever changes anything is writing. */
function hasScope({ scopes }: Principal, { area, need }: GuardedRule): boolean {
  if (area === 'any') return true
  const wanted: Scope = `${area}:${need === 'view' ? 'read' : 'write'}`
  return scopes === undefined || scopes.has(wanted)
}

const enough: Readonly<Record<Need, readonly Principal['role'][]>> = {
  view: ['viewer', 'operator', 'admin'],
  operate: ['operator', 'admin'],
  administer: ['admin']
}

function hasRole({ role }: Principal, need: Need): boolean {
  return enough[need].includes(role)
}
