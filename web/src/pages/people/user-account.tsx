import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { User } from '../../../../src/contract/api/user.ts'
import { Button, buttonLook } from '../../design/button.tsx'
import { Card } from '../../design/card.tsx'
import { Confirm } from '../../design/confirm.tsx'
import { Select } from '../../design/field.tsx'
import { Note } from '../../design/states.tsx'
import { people } from '../../strings/people.ts'
import { PasswordLink } from './invitation-link.tsx'
import { NewPassword } from './new-password.tsx'
import { roleChoices } from './role-choices.ts'
import { useUserChange, useUserRemoval } from './user-changes.ts'

interface UserAccountProps {
  readonly user: User
  /** Of the user as they are shown. */
  readonly tag: string | undefined
  readonly isYou: boolean
}

/** What somebody is: their role, whether they are let in, and their password. Nobody locks themselves out here. */
export function UserAccount({ user, tag, isYou }: UserAccountProps) {
  const { name, role, disabledMs } = user
  const [dialog, setDialog] = useState<'link' | 'password' | 'remove'>()
  const change = useUserChange(user)
  const isDisabled = disabledMs !== null
  const become = (next: User['role']) =>
    change.mutate({
      change: { role: next },
      tag,
      said: people.roleChanged(name, people.roles[next]),
      undo: { change: { role }, said: people.roleChanged(name, people.roles[role]) }
    })
  const disable = () =>
    change.mutate({
      change: { isDisabled: true },
      tag,
      said: people.wasDisabled(name),
      undo: { change: { isDisabled: false }, said: people.wasEnabled(name) }
    })
  const enable = () => change.mutate({ change: { isDisabled: false }, tag, said: people.wasEnabled(name) })
  const close = () => setDialog(undefined)
  return (
    <Card title={people.account}>
      <div className="grid gap-4">
        {isDisabled && <Note tone="warn">{people.disabled}</Note>}
        <Select
          label={people.role}
          hint={people.rolesHint[role]}
          value={role}
          choices={roleChoices}
          disabled={change.isPending || isYou}
          onChoice={become}
        />
        {isYou ? (
          <p className="grid justify-items-start gap-3 text-soft">
            {people.yourself}
            <Link to="/account" className={buttonLook()}>
              {people.toAccount}
            </Link>
          </p>
        ) : (
          <>
            <div className="flex flex-wrap gap-2">
              {!isDisabled && <Button onClick={() => setDialog('link')}>{people.newLink}</Button>}
              <Button onClick={() => setDialog('password')}>{people.setPassword}</Button>
              {isDisabled ? (
                <Button isBusy={change.isPending} onClick={enable}>
                  {people.enable}
                </Button>
              ) : (
                <Button isBusy={change.isPending} onClick={disable}>
                  {people.disable}
                </Button>
              )}
              <Button look="danger" onClick={() => setDialog('remove')}>
                {people.remove}
              </Button>
            </div>
            {!isDisabled && <p className="text-small text-soft">{people.disableHint}</p>}
          </>
        )}
      </div>
      {dialog === 'link' && <PasswordLink user={user} onClose={close} />}
      {dialog === 'password' && <NewPassword user={user} onClose={close} />}
      {dialog === 'remove' && (
        <Removal
          user={user}
          tag={tag}
          onDisable={() => {
            close()
            if (!isDisabled) disable()
          }}
          onClose={close}
        />
      )}
    </Card>
  )
}

interface RemovalProps {
  readonly user: User
  readonly tag: string | undefined
  readonly onDisable: () => void
  readonly onClose: () => void
}

function Removal({ user, tag, onDisable, onClose }: RemovalProps) {
  const navigate = useNavigate()
  const removal = useUserRemoval(user, tag, () => void navigate({ to: '/people' }))
  return (
    <Confirm
      title={people.removeQuestion(user.name)}
      action={people.remove}
      isBusy={removal.isPending}
      error={removal.error}
      onConfirm={() => removal.mutate()}
      onClose={onClose}
    >
      <p>{people.removeWhat(user.name)}</p>
      {user.disabledMs === null && (
        <p>
          <Button isSmall onClick={onDisable}>
            {people.disableInstead}
          </Button>
        </p>
      )}
    </Confirm>
  )
}
