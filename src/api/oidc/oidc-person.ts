import { createHash } from 'node:crypto'
import type { Role } from '../../access/principal.ts'
import type { OidcSettings } from '../../config/access-settings.ts'
import { SightlineError } from '../../core/errors.ts'
import type { Claims } from './oidc-client.ts'

/** Somebody as the settings take what the provider says of them. */
export interface Person {
  /** What the provider calls them. */
  readonly subject: string
  /** What a user who was made for them is known by: nobody else can have it, whatever their name is. */
  readonly userId: string
  /** Of a user who was there before, where the settings link them. */
  readonly linkedName: string | undefined
  /** What a new user would be called. */
  readonly name: string
  /** Undefined where the settings leave that to admins. */
  readonly role: Role | undefined
}

const roles = ['admin', 'operator', 'viewer'] as const
const userName = /^[a-z0-9][a-z0-9._@+-]{0,127}$/

/** @throws SL_SIGN_IN_REFUSED for whom the settings do not let in */
export function personOf(claims: Claims, settings: OidcSettings): Person {
  const { issuer, allowedDomains, allowedGroups, groupsClaim = 'groups', links = {} } = settings
  const groups = textsOf(claims[groupsClaim])
  if (allowedDomains && !allowedDomains.some(domain => isVerifiedOf(domain, claims)))
    throw refused('Only people with a verified address of certain domains are let in.')
  if (allowedGroups && !allowedGroups.some(group => groups.includes(group)))
    throw refused('Only people of certain groups are let in.')
  const wanted = settings.roles
  const role = wanted && roles.find(each => wanted[each]?.some(group => groups.includes(group)))
  if (wanted && !role) throw refused('None of your groups may do anything here.')
  const digest = digestOf(issuer, claims.sub)
  const names = [
    claims.preferred_username,
    claims.email,
    `person-${digest
      .slice(0, 8)
      .toLowerCase()
      .replace(/[^a-z0-9]/g, '0')}`
  ]
  return {
    subject: claims.sub,
    userId: madeUserId(issuer, claims.sub),
    linkedName: Object.keys(links).find(name => links[name] === claims.sub),
    name: names.map(each => (typeof each === 'string' ? each.toLowerCase() : '')).find(each => userName.test(each))!,
    role
  }
}

/** The id of the user who was made for somebody, or would be. */
export function madeUserId(issuer: string, subject: string): string {
  return `oidc-${digestOf(issuer, subject)}`
}

function digestOf(issuer: string, subject: string): string {
  return createHash('sha256').update(`${issuer}\0${subject}`).digest('base64url')
}

function isVerifiedOf(domain: string, { email, email_verified: isVerified }: Claims): boolean {
  return isVerified === true && typeof email === 'string' && email.toLowerCase().endsWith(`@${domain.toLowerCase()}`)
}

function textsOf(value: unknown): readonly string[] {
  return [value].flat().filter(each => typeof each === 'string')
}

export function refused(message: string): SightlineError {
  return new SightlineError('SL_SIGN_IN_REFUSED', message)
}
