import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Token } from '../../../src/contract/api/user.ts'
import { answer, api } from '../api/client.ts'
import { Badge } from '../design/badge.tsx'
import { Button } from '../design/button.tsx'
import { Confirm } from '../design/confirm.tsx'
import { type Column, Table } from '../design/table.tsx'
import { toast } from '../design/toast.tsx'
import { useManner } from '../preferences/preferences.ts'
import { access } from '../strings/access.ts'
import { ago, dateAndTime } from '../strings/format.ts'
import type { Whose } from './people-queries.ts'
import { scopesSaid } from './scopes.ts'

interface TokenTableProps {
  readonly tokens: readonly Token[]
  readonly whose: Whose
}

/** Tokens of programs: those that can be used, and on demand the others. */
export function TokenTable({ tokens, whose }: TokenTableProps) {
  const manner = useManner()
  const [showsEnded, setShowsEnded] = useState(false)
  const [asked, setAsked] = useState<Token>()
  const nowMs = Date.now()
  const isOver = ({ revokedMs, expiresMs }: Token) => revokedMs !== null || (expiresMs !== null && expiresMs <= nowMs)
  const usable = tokens.filter(token => !isOver(token))
  const ended = tokens.length - usable.length
  const rows = showsEnded ? tokens : usable
  const columns: readonly Column<Token>[] = [
    { name: 'title', label: access.tokenTitle, cell: ({ title }) => <span className="font-medium">{title}</span> },
    { name: 'scopes', label: access.scopes, isExtra: true, cell: ({ scopes }) => scopesSaid(scopes) },
    {
      name: 'used',
      label: access.used,
      cell: ({ usedMs }) => (usedMs === null ? access.never : ago(Math.min(usedMs, nowMs), nowMs, manner))
    },
    {
      name: 'ends',
      label: access.ends,
      isExtra: true,
      cell: ({ expiresMs }) => (expiresMs === null ? access.never : dateAndTime(expiresMs, manner))
    },
    {
      name: 'end',
      label: access.revoke,
      hidesLabel: true,
      isNumber: true,
      cell: token =>
        isOver(token) ? (
          <Badge>{token.revokedMs === null ? access.expired : access.revoked}</Badge>
        ) : (
          <Button
            isSmall
            look="quiet"
            className="whitespace-nowrap"
            aria-label={access.revokeNamed(token.title)}
            onClick={() => setAsked(token)}
          >
            {access.revoke}
          </Button>
        )
    }
  ]
  return (
    <div className="grid justify-items-start gap-3">
      {rows.length === 0 ? (
        <p className="text-soft">{access.noTokens}</p>
      ) : (
        <div className="w-full">
          <Table caption={access.tokensCaption} columns={columns} rows={rows} keyOf={({ id }) => id} />
        </div>
      )}
      {ended > 0 && (
        <Button isSmall look="quiet" aria-expanded={showsEnded} onClick={() => setShowsEnded(!showsEnded)}>
          {showsEnded ? access.hideEnded : access.showEnded(ended)}
        </Button>
      )}
      {asked && <Revoke token={asked} whose={whose} onClose={() => setAsked(undefined)} />}
    </div>
  )
}

interface RevokeProps {
  readonly token: Token
  readonly whose: Whose
  readonly onClose: () => void
}

function Revoke({ token: { id, title }, whose, onClose }: RevokeProps) {
  const queries = useQueryClient()
  const revoke = useMutation({
    mutationFn: () =>
      whose === 'own'
        ? answer(api.DELETE('/api/v1/tokens/{id}', { params: { path: { id } } }))
        : answer(api.DELETE('/api/v1/users/{id}/tokens/{of}', { params: { path: { id: whose.user, of: id } } })),
    onSuccess() {
      toast({ text: access.revokedNow(title) })
      onClose()
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['people', 'tokens'] })
  })
  return (
    <Confirm
      title={access.revokeQuestion(title)}
      action={access.revoke}
      isBusy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      {access.revokeWhat}
    </Confirm>
  )
}
