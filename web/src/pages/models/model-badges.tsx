import { Badge } from '../../design/badge.tsx'
import { models } from '../../strings/models.ts'

/** What one should know of a licence before using a model. */
const ofLicence = ['non-commercial', 'copyleft', 'check-licence'] as const
const ofTrust = ['unverified', 'untried', 'experimental'] as const

interface Flagged {
  readonly flags: readonly string[]
}

/** A licence by its name, with a word on what it asks for where that is more than to be named. */
export function Licence({ licence, flags }: Flagged & { readonly licence: string }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      {licence}
      <Flags flags={flags} among={ofLicence} />
    </span>
  )
}

export function TrustFlags({ flags }: Flagged) {
  return <Flags flags={flags} among={ofTrust} />
}

function Flags({ flags, among }: Flagged & { readonly among: readonly string[] }) {
  return among
    .filter(flag => flags.includes(flag))
    .map(flag => (
      <span key={flag} title={models.flagWhy[flag]}>
        <Badge tone="warn">{models.flags[flag]}</Badge>
      </span>
    ))
}

/** Sentences on what to know before a model is used. */
export function warnings({ flags }: Flagged): readonly string[] {
  return [...ofLicence, ...ofTrust].flatMap(flag => (flags.includes(flag) ? (models.flagWhy[flag] ?? []) : []))
}
