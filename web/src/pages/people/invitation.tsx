import { CopiedText } from '../../design/copied-text.tsx'
import { Note } from '../../design/states.tsx'
import { people } from '../../strings/people.ts'

interface InvitationProps {
  readonly name: string
  readonly password: string
}

/** What to tell somebody so that they can sign in, once. */
export function Invitation({ name, password }: InvitationProps) {
  return (
    <>
      <Note tone="warn">{people.tellThem}</Note>
      <CopiedText
        label={people.invitation}
        text={people.invitationText(`${location.origin}/sign-in`, name, password)}
        isAnswer
      />
    </>
  )
}
