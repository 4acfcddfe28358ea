import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { SettingsChanged } from '../../../../src/contract/api/setting.ts'
import { api, tagged } from '../../api/client.ts'
import { ApiProblem, problemText } from '../../api/problem.ts'
import { toast } from '../../design/toast.tsx'
import { settings } from '../../strings/settings.ts'
import { shell } from '../../strings/shell.ts'
import { discardDrafts } from './drafts.ts'
import { patchOf, type Wish } from './setting-patch.ts'
import { settingsQuery } from './settings-queries.ts'

interface Seen {
  readonly changes: SettingsChanged['changes']
  readonly tag: string | undefined
}

async function send(wishes: readonly Wish[], check: boolean, tag: string | undefined) {
  return tagged(
    api.PATCH('/api/v1/settings', {
      params: { query: { check }, header: tag === undefined ? {} : { 'if-match': tag } },
      body: patchOf(wishes) as never
    })
  )
}

function isOutdated(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 412
}

/** What a change would make otherwise, and the change itself: neither is made of anything but what was seen. */
export function useSettingsChange() {
  const queries = useQueryClient()
  const [isOfOthers, setOfOthers] = useState(false)
  /** To be looked at, of settings with that tag; the last one stays until there is another. */
  const [seen, setSeen] = useState<Seen>()
  const tagNow = () => queries.getQueryData(settingsQuery.queryKey)?.tag
  const take = async ({ data, tag }: { readonly data: SettingsChanged; readonly tag: string | undefined }) => {
    // An answer that is under way is of before.
    await queries.cancelQueries({ queryKey: settingsQuery.queryKey, exact: true })
    queries.setQueryData(settingsQuery.queryKey, { data: data.settings, tag })
  }
  const look = async (wishes: readonly Wish[]): Promise<Seen> => {
    const tag = tagNow()
    return { changes: (await send(wishes, true, tag)).data.changes, tag }
  }
  const review = useMutation({
    async mutationFn(wishes: readonly Wish[]) {
      try {
        return await look(wishes)
      } catch (error) {
        if (!isOutdated(error)) throw error
        setOfOthers(true)
        await queries.refetchQueries({ queryKey: settingsQuery.queryKey, exact: true })
        return look(wishes)
      }
    },
    onSuccess: setSeen
  })
  const undo = useMutation({
    mutationFn: (wishes: readonly Wish[]) => send(wishes, false, tagNow()),
    async onSuccess(changed) {
      await take(changed)
      toast({ text: settings.undone })
    },
    onError: error => toast({ tone: 'bad', text: problemText(error).sentence })
  })
  const apply = useMutation({
    mutationFn: (wishes: readonly Wish[]) => send(wishes, false, seen?.tag),
    async onSuccess(changed) {
      const made = changed.data.changes
      await take(changed)
      discardDrafts()
      close()
      toast({
        text: settings.applied(made.length),
        action: { label: shell.undo, run: () => undo.mutate(wishesBack(made)) }
      })
    },
    onError(error, wishes) {
      // Looked at again, as it is by now: nobody applies what they have not seen.
      if (!isOutdated(error)) return
      setOfOthers(true)
      void queries.refetchQueries({ queryKey: settingsQuery.queryKey, exact: true }).then(() => review.mutate(wishes))
    }
  })
  const close = () => {
    review.reset()
    setSeen(undefined)
    setOfOthers(false)
  }
  return { review, apply, changes: seen?.changes, isOfOthers, close }
}

/** What nobody had said is said by nobody again. */
function wishesBack(changes: SettingsChanged['changes']): readonly Wish[] {
  return changes.map(({ key, before, after }) => ({
    key,
    now: after.value,
    value: before.from === 'default' ? null : before.value
  }))
}
