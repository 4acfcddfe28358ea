import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { User } from '../../../../src/contract/api/user.ts'
import { useWho } from '../../api/session.ts'
import { matching } from '../../app/matching.ts'
import { Badge } from '../../design/badge.tsx'
import { Button } from '../../design/button.tsx'
import { Field } from '../../design/field.tsx'
import { Failed, Loading } from '../../design/states.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { usersQuery } from '../../people/people-queries.ts'
import { useManner } from '../../preferences/preferences.ts'
import { dateAndTime } from '../../strings/format.ts'
import { people } from '../../strings/people.ts'
import { NewUser } from './new-user.tsx'
import { OpenInvitations } from './open-invitations.tsx'

/** From so many on, people are looked for. */
const manyUsers = 8

/** Everybody who may sign in, each with the way to what they may do. */
export function UserList() {
  const manner = useManner()
  const who = useWho()
  const { data: users, error, refetch } = useQuery(usersQuery)
  const [text, setText] = useState('')
  const [isAdding, setAdding] = useState(false)
  if (error && !users) return <Failed error={error} onRetry={() => void refetch()} />
  if (!users) return <Loading />
  const columns: readonly Column<User>[] = [
    {
      name: 'name',
      label: people.name,
      cell: ({ id, name }) => (
        <span className="flex flex-wrap items-center gap-2">
          <Link
            to="/people/$user"
            params={{ user: id }}
            className="rounded-small font-medium text-accent underline-offset-2 hover:underline"
          >
            {name}
          </Link>
          {name === who?.name && <Badge>{people.you}</Badge>}
        </span>
      )
    },
    { name: 'role', label: people.role, cell: ({ role }) => people.roles[role] },
    {
      name: 'state',
      label: people.state,
      cell: ({ disabledMs }) =>
        disabledMs === null ? <Badge tone="good">{people.active}</Badge> : <Badge tone="warn">{people.disabled}</Badge>
    },
    { name: 'added', label: people.added, isExtra: true, cell: ({ createdMs }) => dateAndTime(createdMs, manner) }
  ]
  const rows = matching(text, users, ({ name }) => name)
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-end justify-between gap-3">
        {users.length >= manyUsers && (
          <div className="w-64 max-w-full">
            <Field
              type="search"
              label={people.find}
              value={text}
              onChange={({ target }) => setText(target.value)}
              autoComplete="off"
            />
          </div>
        )}
        <Button look="main" icon="plus" onClick={() => setAdding(true)}>
          {people.add}
        </Button>
      </div>
      {rows.length === 0 ? (
        <p className="text-soft">{people.noneFound}</p>
      ) : (
        <Table caption={people.caption} columns={columns} rows={rows} keyOf={({ id }) => id} />
      )}
      <OpenInvitations users={users} />
      {isAdding && <NewUser onClose={() => setAdding(false)} />}
    </div>
  )
}
