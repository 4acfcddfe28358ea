import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { User } from '../../../../src/contract/api/user.ts'
import { answer, api } from '../../api/client.ts'
import { ApiProblem } from '../../api/problem.ts'
import { Button, buttonLook } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Field, Select } from '../../design/field.tsx'
import { Failed } from '../../design/states.tsx'
import { people } from '../../strings/people.ts'
import { shell } from '../../strings/shell.ts'
import { Invitation } from './invitation.tsx'
import { PasswordField } from './password-field.tsx'
import { roleChoices } from './role-choices.ts'

const nameForm = /^[a-z0-9][a-z0-9._@+-]{0,127}$/

/** A name, what they may be at most, and a password to begin with; then what to tell them. */
export function NewUser({ onClose }: { readonly onClose: () => void }) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [role, setRole] = useState<User['role']>('viewer')
  const [password, setPassword] = useState('')
  const isName = name === '' || nameForm.test(name)
  const add = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/users', { body: { name, role, password } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['people', 'users'] })
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (nameForm.test(name)) add.mutate()
  }
  if (add.data)
    return (
      <Dialog isOpen onClose={onClose} title={people.wasAdded(add.data.name)}>
        <Invitation name={add.data.name} password={password} />
        {role !== 'admin' && <p>{people.grantNext}</p>}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{people.done}</Button>
          {role !== 'admin' && (
            <Link to="/people/$user" params={{ user: add.data.id }} className={buttonLook('main')}>
              {people.toPerson}
            </Link>
          )}
        </div>
      </Dialog>
    )
  const code = add.error instanceof ApiProblem ? add.error.code : undefined
  const refusedFor = (wanted: string) => (code === wanted ? add.error?.message : undefined)
  const isAtField = code === 'SL_NAME_TAKEN' || code === 'SL_PASSWORD_WEAK'
  return (
    <Dialog isOpen onClose={onClose} title={people.add}>
      <form onSubmit={send} className="grid gap-4">
        <Field
          label={people.name}
          hint={people.nameHint}
          error={isName ? refusedFor('SL_NAME_TAKEN') : people.nameError}
          value={name}
          onChange={({ target }) => {
            add.reset()
            setName(target.value.trim().toLowerCase())
          }}
          required
          autoFocus
          maxLength={128}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        <Select
          label={people.role}
          hint={people.rolesHint[role]}
          value={role}
          choices={roleChoices}
          onChoice={setRole}
        />
        <PasswordField value={password} onChange={setPassword} error={refusedFor('SL_PASSWORD_WEAK')} />
        {add.error && !isAtField && <Failed error={add.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{shell.cancel}</Button>
          <Button type="submit" look="main" isBusy={add.isPending}>
            {people.addNow}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
