import Type from 'typebox'
import { SightlineError } from '../core/errors.ts'

const most = (maximum: number) => Type.Integer({ minimum: 1, maximum })

/** The section `limits`: how much there may be of what people make. What there is already stays. */
export const CountSettings = Type.Object(
  {
    /** Streams that were added through the API, cameras of the camera API among them. */
    streams: Type.Optional(most(100_000)),
    sites: Type.Optional(most(100_000)),
    users: Type.Optional(most(1_000_000)),
    /** Tokens that can be used still: one for each program. What is called after a token would be hidden as one. */
    programsPerUser: Type.Optional(most(1000)),
    grantsPerUser: Type.Optional(most(10_000)),
    /** Links to one report that have not ended. */
    shareLinksPerReport: Type.Optional(most(1000)),
    /** Jobs that wait or are worked on. */
    jobs: Type.Optional(most(100_000))
  },
  { additionalProperties: false }
)
export type CountSettings = Type.Static<typeof CountSettings>

/** Far more than people make, and little enough for every list of them. */
export const usualCounts: Required<CountSettings> = {
  streams: 1000,
  sites: 1000,
  users: 10_000,
  programsPerUser: 100,
  grantsPerUser: 10_000,
  shareLinksPerReport: 20,
  jobs: 1000
}

const names: Readonly<Record<keyof CountSettings, string>> = {
  streams: 'streams that were added',
  sites: 'sites',
  users: 'users',
  programsPerUser: 'tokens of this user',
  grantsPerUser: 'grants of this user',
  shareLinksPerReport: 'links to this report',
  jobs: 'jobs that wait'
}

/** For one more of them. @throws SL_LIMIT_REACHED */
export function requireRoom(limits: CountSettings | undefined, key: keyof CountSettings, there: number): void {
  const allowed = limits?.[key] ?? usualCounts[key]
  if (there < allowed) return
  throw new SightlineError(
    'SL_LIMIT_REACHED',
    `There are ${there} ${names[key]}, and ${allowed} may be: take one away, or have limits.${key} in the settings raised.`,
    { retryable: key === 'jobs' }
  )
}
