import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { User } from '../../../../src/contract/api/user.ts'
import { answer, api } from '../../api/client.ts'
import { ApiProblem } from '../../api/problem.ts'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Failed } from '../../design/states.tsx'
import { invitationsQuery } from '../../people/people-queries.ts'
import { people } from '../../strings/people.ts'
import { shell } from '../../strings/shell.ts'
import { Invitation } from './invitation.tsx'
import { PasswordField } from './password-field.tsx'

interface NewPasswordProps {
  readonly user: User
  readonly onClose: () => void
}

/** A password for somebody who has lost theirs; then what to tell them. */
export function NewPassword({ user: { id, name }, onClose }: NewPasswordProps) {
  const queries = useQueryClient()
  const [password, setPassword] = useState('')
  const change = useMutation({
    mutationFn: () => answer(api.PATCH('/api/v1/users/{id}', { params: { path: { id } }, body: { password } })),
    // What they were signed in with is over, and links to choose another.
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['people', 'sessions'] }),
        queries.invalidateQueries({ queryKey: invitationsQuery.queryKey })
      ])
  })
  if (change.isSuccess)
    return (
      <Dialog isOpen onClose={onClose} title={people.passwordSet(name)}>
        <Invitation name={name} password={password} />
        <Button look="main" onClick={onClose}>
          {people.done}
        </Button>
      </Dialog>
    )
  const isWeak = change.error instanceof ApiProblem && change.error.code === 'SL_PASSWORD_WEAK'
  const send = (event: FormEvent) => {
    event.preventDefault()
    change.mutate()
  }
  return (
    <Dialog isOpen onClose={onClose} title={people.setPassword}>
      <form onSubmit={send} className="grid gap-4">
        <p>{people.setPasswordHint}</p>
        <PasswordField value={password} onChange={setPassword} error={isWeak ? change.error?.message : undefined} />
        {change.error && !isWeak && <Failed error={change.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{shell.cancel}</Button>
          <Button type="submit" look="main" isBusy={change.isPending}>
            {people.setPassword}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
