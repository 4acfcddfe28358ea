import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { ApiProblem } from '../../api/problem.ts'
import { Button } from '../../design/button.tsx'
import { Card } from '../../design/card.tsx'
import { Field } from '../../design/field.tsx'
import { Failed } from '../../design/states.tsx'
import { toast } from '../../design/toast.tsx'
import { account } from '../../strings/account.ts'

const nothing = { before: '', next: '', again: '' }
const atField = { before: 'SL_SIGN_IN_REFUSED', next: 'SL_PASSWORD_WEAK' } as const

/** A new password, by whoever knows the one before. */
export function OwnPassword({ name }: { readonly name: string }) {
  const queries = useQueryClient()
  const [filled, setFilled] = useState(nothing)
  const [isTurnedDown, setTurnedDown] = useState(false)
  const change = useMutation({
    mutationFn: () =>
      answer(api.PUT('/api/v1/session/password', { body: { password: filled.before, next: filled.next } })),
    onSuccess() {
      setFilled(nothing)
      toast({ text: account.changed })
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['people', 'sessions'] })
  })
  const code = change.error instanceof ApiProblem ? change.error.code : undefined
  const refusal = (field: keyof typeof atField) => (code === atField[field] ? change.error?.message : undefined)
  const field = (which: keyof typeof nothing) => ({
    type: 'password',
    required: true,
    maxLength: 1024,
    label: account[which],
    value: filled[which],
    autoComplete: which === 'before' ? 'current-password' : 'new-password',
    onChange({ target }: { readonly target: { readonly value: string } }) {
      setFilled({ ...filled, [which]: target.value })
      setTurnedDown(false)
    }
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    const isSame = filled.next === filled.again
    setTurnedDown(!isSame)
    if (isSame) change.mutate()
  }
  return (
    <Card title={account.password}>
      <form onSubmit={send} className="grid gap-4">
        <p className="text-small text-soft">{account.passwordHint}</p>
        {/* Password managers keep a password by its name. */}
        <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
        <Field {...field('before')} error={refusal('before')} />
        <Field {...field('next')} hint={account.nextHint} error={refusal('next')} />
        <Field {...field('again')} error={isTurnedDown ? account.notSame : undefined} />
        {change.error && code !== atField.before && code !== atField.next && <Failed error={change.error} />}
        <div>
          <Button type="submit" look="main" isBusy={change.isPending}>
            {account.change}
          </Button>
        </div>
      </form>
    </Card>
  )
}
