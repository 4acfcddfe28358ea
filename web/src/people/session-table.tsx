import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Session } from '../../../src/contract/api/user.ts'
import { answer, api } from '../api/client.ts'
import { problemText } from '../api/problem.ts'
import { Badge } from '../design/badge.tsx'
import { Button } from '../design/button.tsx'
import { type Column, Table } from '../design/table.tsx'
import { toast } from '../design/toast.tsx'
import { useManner } from '../preferences/preferences.ts'
import { access } from '../strings/access.ts'
import { ago, dateAndTime } from '../strings/format.ts'
import { browserName } from './browser-name.ts'

interface SessionTableProps {
  readonly sessions: readonly Session[]
  /** One's own are ended as one's own: not everybody may end others'. */
  readonly isOwn?: boolean
  /** Whose they are is said. */
  readonly hasOwner?: boolean
}

/** Browsers that are signed in, each with a way to sign it out. The one that is looked with signs itself out by the menu. */
export function SessionTable({ sessions, isOwn = false, hasOwner = false }: SessionTableProps) {
  const manner = useManner()
  const queries = useQueryClient()
  const end = useMutation({
    mutationFn: ({ id, userId }: Session) =>
      isOwn
        ? answer(api.DELETE('/api/v1/sessions/{id}', { params: { path: { id } } }))
        : answer(api.DELETE('/api/v1/users/{id}/sessions/{of}', { params: { path: { id: userId, of: id } } })),
    onSuccess: (_, { title }) => toast({ text: access.ended(browserName(title)) }),
    onError: error => toast({ tone: 'bad', text: problemText(error).sentence }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['people', 'sessions'] })
  })
  if (sessions.length === 0) return <p className="text-soft">{access.noSessions}</p>
  const nowMs = Date.now()
  const columns: readonly Column<Session>[] = [
    ...(hasOwner
      ? [
          {
            name: 'who',
            label: access.who,
            cell: ({ userId, userName }: Session) => (
              <Link to="/people/$user" params={{ user: userId }} className="rounded-small text-accent hover:underline">
                {userName}
              </Link>
            )
          }
        ]
      : []),
    {
      name: 'browser',
      label: access.browser,
      cell: ({ title, isThis }) => (
        <span title={title} className="flex flex-wrap items-center gap-2">
          {browserName(title)} {isThis && <Badge tone="good">{access.isThis}</Badge>}
        </span>
      )
    },
    { name: 'seen', label: access.seen, cell: ({ seenMs }) => ago(Math.min(seenMs, nowMs), nowMs, manner) },
    { name: 'since', label: access.since, isExtra: true, cell: ({ createdMs }) => dateAndTime(createdMs, manner) },
    {
      name: 'end',
      label: access.end,
      hidesLabel: true,
      isNumber: true,
      cell: session =>
        !session.isThis && (
          <Button
            isSmall
            look="quiet"
            className="whitespace-nowrap"
            isBusy={end.isPending && end.variables.id === session.id}
            aria-label={access.endNamed(browserName(session.title))}
            onClick={() => end.mutate(session)}
          >
            {access.end}
          </Button>
        )
    }
  ]
  return <Table caption={access.sessionsCaption} columns={columns} rows={sessions} keyOf={({ id }) => id} />
}
