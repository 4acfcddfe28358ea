import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { User } from '../../../../src/contract/api/user.ts'
import { answer, api } from '../../api/client.ts'
import { Button } from '../../design/button.tsx'
import { CopiedText } from '../../design/copied-text.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Failed, Note } from '../../design/states.tsx'
import { invitationsQuery } from '../../people/people-queries.ts'
import { useManner } from '../../preferences/preferences.ts'
import { dateAndTime } from '../../strings/format.ts'
import { people } from '../../strings/people.ts'
import { shell } from '../../strings/shell.ts'

/** Makes the link by which somebody chooses a password. @throws ApiProblem */
export function invited(id: string) {
  return answer(api.POST('/api/v1/users/{id}/invitation', { params: { path: { id } }, body: {} }))
}

/** The link, once, and until when it holds. */
export function InvitationLink({ path, expiresMs }: Awaited<ReturnType<typeof invited>>) {
  const manner = useManner()
  return (
    <>
      <Note tone="warn">{people.sendThem}</Note>
      <CopiedText label={people.link} text={`${location.origin}${path}`} isAnswer />
      <p className="text-soft">{people.linkHolds(dateAndTime(expiresMs, manner))}</p>
    </>
  )
}

interface PasswordLinkProps {
  readonly user: User
  readonly onClose: () => void
}

/** A link for somebody who has forgotten their password, or never had one. */
export function PasswordLink({ user: { id, name }, onClose }: PasswordLinkProps) {
  const queries = useQueryClient()
  const invite = useMutation({
    mutationFn: () => invited(id),
    onSuccess: () => queries.invalidateQueries({ queryKey: invitationsQuery.queryKey })
  })
  if (invite.data)
    return (
      <Dialog isOpen onClose={onClose} title={people.linkFor(name)}>
        <InvitationLink {...invite.data} />
        <Button look="main" onClick={onClose}>
          {people.done}
        </Button>
      </Dialog>
    )
  return (
    <Dialog isOpen onClose={onClose} title={people.linkFor(name)}>
      <p>{people.linkHint}</p>
      {invite.error && <Failed error={invite.error} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{shell.cancel}</Button>
        <Button look="main" isBusy={invite.isPending} onClick={() => invite.mutate()}>
          {people.makeLink}
        </Button>
      </div>
    </Dialog>
  )
}
