import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { User } from '../../../../src/contract/api/user.ts'
import { answer, api } from '../../api/client.ts'
import { ApiProblem } from '../../api/problem.ts'
import { Button, buttonLook } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Field, Select, Switches } from '../../design/field.tsx'
import { Failed, Note } from '../../design/states.tsx'
import { people } from '../../strings/people.ts'
import { shell } from '../../strings/shell.ts'
import { Invitation } from './invitation.tsx'
import { InvitationLink, invited } from './invitation-link.tsx'
import { PasswordField } from './password-field.tsx'
import { roleChoices } from './role-choices.ts'

const nameForm = /^[a-z0-9][a-z0-9._@+-]{0,127}$/

type WayIn = keyof typeof people.waysIn
const waysIn: readonly WayIn[] = ['link', 'password']

/** A name, what they may be at most, and how they get in; then what to send or tell them. */
export function NewUser({ onClose }: { readonly onClose: () => void }) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [role, setRole] = useState<User['role']>('viewer')
  const [way, setWay] = useState<WayIn>('link')
  const [password, setPassword] = useState('')
  const isName = name === '' || nameForm.test(name)
  const add = useMutation({
    async mutationFn() {
      const isLink = way === 'link'
      const user = await answer(api.POST('/api/v1/users', { body: { name, role, ...(!isLink && { password }) } }))
      // They are there: where the link cannot be made, it can be later.
      return { user, isLink, link: isLink ? await invited(user.id).catch(() => undefined) : undefined }
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['people'] })
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (nameForm.test(name)) add.mutate()
  }
  if (add.data) {
    const { user, isLink, link } = add.data
    return (
      <Dialog isOpen onClose={onClose} title={isLink ? people.wasInvited(user.name) : people.wasAdded(user.name)}>
        {link && <InvitationLink {...link} />}
        {isLink && !link && <Note tone="bad">{people.noLink}</Note>}
        {!isLink && <Invitation name={user.name} password={password} />}
        {role !== 'admin' && <p>{people.grantNext}</p>}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{people.done}</Button>
          {role !== 'admin' && (
            <Link to="/people/$user" params={{ user: user.id }} className={buttonLook('main')}>
              {people.toPerson}
            </Link>
          )}
        </div>
      </Dialog>
    )
  }
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
        <div className="grid justify-items-start gap-1.5">
          <Switches
            name={people.wayIn}
            value={way}
            choices={waysIn.map(value => ({ value, label: people.waysIn[value] }))}
            onChoice={setWay}
          />
          <p className="text-small text-soft">{people.waysInHint[way]}</p>
        </div>
        {way === 'password' && (
          <PasswordField value={password} onChange={setPassword} error={refusedFor('SL_PASSWORD_WEAK')} />
        )}
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
