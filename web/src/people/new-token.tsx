import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { answer, api } from '../api/client.ts'
import { Button } from '../design/button.tsx'
import { CopiedText } from '../design/copied-text.tsx'
import { Dialog } from '../design/dialog.tsx'
import { Field, Select } from '../design/field.tsx'
import { Failed, Note } from '../design/states.tsx'
import { access } from '../strings/access.ts'
import { shell } from '../strings/shell.ts'
import { type Area, areas, type Verb } from './scopes.ts'

const dayMs = 86_400_000
type Days = keyof typeof access.periods

/** What it is called and may do; then the token, once. */
export function NewToken({ onClose }: { readonly onClose: () => void }) {
  const queries = useQueryClient()
  const [title, setTitle] = useState('')
  const [days, setDays] = useState<Days>(90)
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set())
  const [isIncomplete, setIncomplete] = useState(false)
  const issue = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/v1/tokens', {
          body: {
            title: title.trim(),
            scopes: [...scopes],
            // Zero days stand for no end.
            expiresMs: Number(days) === 0 ? null : Date.now() + Number(days) * dayMs
          }
        })
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['people', 'tokens'] })
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    setIncomplete(scopes.size === 0)
    if (scopes.size > 0) issue.mutate()
  }
  const toggle = (scope: string) => {
    const next = new Set(scopes)
    if (!next.delete(scope)) next.add(scope)
    setScopes(next)
  }
  if (issue.data)
    return (
      <Dialog isOpen onClose={onClose} title={access.issued}>
        <Note tone="warn">{access.issuedHint}</Note>
        <CopiedText label={access.token} text={issue.data.token} isAnswer />
        <Button look="main" onClick={onClose}>
          {access.done}
        </Button>
      </Dialog>
    )
  return (
    <Dialog isOpen onClose={onClose} title={access.newTokenTitle}>
      <form onSubmit={send} className="grid gap-4">
        <Field
          label={access.tokenTitle}
          hint={access.titleHint}
          value={title}
          onChange={({ target }) => setTitle(target.value)}
          required
          pattern=".*\S.*"
          maxLength={200}
          autoFocus
          autoComplete="off"
        />
        <ScopeChoice scopes={scopes} onToggle={toggle} />
        {isIncomplete && scopes.size === 0 && <Note tone="bad">{access.needsScope}</Note>}
        <Select
          label={access.lasts}
          value={String(days)}
          choices={Object.entries(access.periods)
            .map(([value, label]) => ({ value, label }))
            .sort((one, other) => lastingDays(one.value) - lastingDays(other.value))}
          onChoice={value => setDays(Number(value) as Days)}
        />
        {issue.error && <Failed error={issue.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{shell.cancel}</Button>
          <Button type="submit" look="main" isBusy={issue.isPending}>
            {access.issue}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function lastingDays(value: string): number {
  return Number(value) || Number.POSITIVE_INFINITY
}

interface ScopeChoiceProps {
  readonly scopes: ReadonlySet<string>
  readonly onToggle: (scope: string) => void
}

function ScopeChoice({ scopes, onToggle }: ScopeChoiceProps) {
  const box = (area: Area, verb: Verb, name: string) => (
    <td className="text-center align-middle">
      <input
        type="checkbox"
        aria-label={name}
        checked={scopes.has(`${area}:${verb}`)}
        onChange={() => onToggle(`${area}:${verb}`)}
        className="size-4.5 align-middle accent-accent"
      />
    </td>
  )
  return (
    <table className="w-full border-collapse text-body">
      <caption className="pb-1.5 text-left text-small font-medium">{access.scopesLegend}</caption>
      <thead>
        <tr className="text-small text-soft">
          <th scope="col" className="py-1 text-left font-medium">
            {access.area}
          </th>
          <th scope="col" className="w-20 font-medium">
            {access.read}
          </th>
          <th scope="col" className="w-20 font-medium">
            {access.write}
          </th>
        </tr>
      </thead>
      <tbody>
        {areas.map(area => (
          <tr key={area} className="border-t border-edge">
            <th scope="row" className="py-1.5 text-left font-normal">
              {access.areas[area]}
            </th>
            {box(area, 'read', access.readArea(access.areas[area]))}
            {box(area, 'write', access.writeArea(access.areas[area]))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
