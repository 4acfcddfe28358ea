import { useState } from 'react'
import type { SettingItem, SettingList } from '../../../../src/contract/api/setting.ts'
import { ApiProblem } from '../../api/problem.ts'
import { matching } from '../../app/matching.ts'
import { Button } from '../../design/button.tsx'
import { Card } from '../../design/card.tsx'
import { Field } from '../../design/field.tsx'
import { Failed, Note } from '../../design/states.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { settingGroups, settingTexts, settingTitle } from '../../strings/setting-names.ts'
import { settings } from '../../strings/settings.ts'
import { discardDrafts, draft, isOther, readDrafts, useDrafts } from './drafts.ts'
import { kindOf, type SettingKind, type SettingSchema, schemaAt } from './setting-kind.ts'
import { faultsByKey, type Wish } from './setting-patch.ts'
import { SettingRow } from './setting-row.tsx'
import { useSettingsChange } from './settings-changes.ts'
import { SettingsReview } from './settings-review.tsx'
import type { SettingsSearch } from './settings-search.ts'

interface SettingsFormProps {
  readonly list: SettingList
  readonly schema: SettingSchema
  readonly search: SettingsSearch
  readonly onSearch: (search: SettingsSearch) => void
}

const noFaults: ReadonlyMap<string, string> = new Map()

/** Settings by what people look for, and what was filled in and does not hold yet. */
export function SettingsForm({ list, schema, search, onSearch }: SettingsFormProps) {
  const drafts = useDrafts()
  const [faults, setFaults] = useState(noFaults)
  const [wishes, setWishes] = useState<readonly Wish[]>([])
  const { review, apply, changes, isOfOthers, close } = useSettingsChange()
  const items = new Map(list.items.map(item => [item.key, item]))
  const kindOfKey = (key: string): SettingKind => kindOf(schemaAt(schema, key) ?? {})
  const found = (key: string) => {
    const item = items.get(key)
    return item && { item, kind: kindOfKey(key) }
  }
  const lookAt = () => {
    const read = readDrafts(drafts, found)
    setFaults(read.faults)
    setWishes(read.wishes)
    if (read.faults.size > 0) return
    review.mutate(read.wishes, {
      onError(error) {
        if (error instanceof ApiProblem && error.status < 500) {
          setFaults(faultsByKey(error.message, [...items.keys()], [...drafts.keys()]))
        }
      }
    })
  }
  const fill = (item: SettingItem, text: string | undefined) => {
    const isChange = text !== undefined && isOther(item, kindOfKey(item.key), text)
    draft(item.key, isChange ? text : undefined)
    if (faults.has(item.key)) setFaults(new Map([...faults].filter(([key]) => key !== item.key)))
  }
  const row = (key: string) => {
    const { item, kind } = found(key) ?? {}
    const text = settingTexts.get(key)
    if (!item || !kind || !text) return null
    return (
      <SettingRow
        key={key}
        item={item}
        kind={kind}
        text={text}
        draft={drafts.get(key)}
        error={faults.get(key)}
        onDraft={filled => fill(item, filled)}
      />
    )
  }
  const { find = '' } = search
  const { name: group } = settingGroups.find(({ name }) => name === search.group) ?? settingGroups[0]!
  const sought = find === '' ? [] : matching(find, [...settingTexts.keys()], soughtBy)
  return (
    <>
      {list.restartNeeded.length > 0 && (
        <Note tone="warn">{settings.restartNeeded(list.restartNeeded.map(settingTitle).join(', '))}</Note>
      )}
      <div className="grid gap-2">
        <div className="w-80 max-w-full">
          <Field
            type="search"
            label={settings.find}
            value={find}
            onChange={({ target }) => onSearch({ ...search, find: target.value })}
            autoComplete="off"
          />
        </div>
        <p className="max-w-prose text-small text-soft">{settings.intro}</p>
      </div>
      {find === '' ? (
        <Tabs
          label={settings.setting}
          tabs={settingGroups.map(({ name, title, hint, settings: texts }) => ({
            name,
            label: title,
            content: (
              <Card title={title}>
                {hint !== undefined && <p className="max-w-prose text-small text-soft">{hint}</p>}
                <ul>{Object.keys(texts).map(row)}</ul>
              </Card>
            )
          }))}
          shown={group}
          onShow={name => onSearch({ group: name })}
        />
      ) : sought.length === 0 ? (
        <p className="text-soft">{settings.noneFound}</p>
      ) : (
        <Card title={settings.found}>
          <ul>{sought.map(row)}</ul>
        </Card>
      )}
      {drafts.size > 0 && (
        <ChangesBar
          count={drafts.size}
          fault={faults.size > 0 ? (faults.get('') ?? settings.mend) : undefined}
          error={review.error instanceof ApiProblem && review.error.status < 500 ? undefined : review.error}
          isBusy={review.isPending}
          onReview={lookAt}
          onDiscard={() => {
            setFaults(noFaults)
            discardDrafts()
          }}
        />
      )}
      {changes && (
        <SettingsReview
          changes={changes}
          kindOfKey={kindOfKey}
          isOfOthers={isOfOthers}
          isBusy={apply.isPending || review.isPending}
          error={apply.error instanceof ApiProblem && apply.error.status === 412 ? undefined : apply.error}
          onApply={() => apply.mutate(wishes)}
          onClose={() => {
            apply.reset()
            close()
          }}
        />
      )}
    </>
  )
}

function soughtBy(key: string): string {
  const { title = '', what = '' } = settingTexts.get(key) ?? {}
  return `${title} ${key} ${what}`
}

interface ChangesBarProps {
  readonly count: number
  readonly fault: string | undefined
  readonly error: unknown
  readonly isBusy: boolean
  readonly onReview: () => void
  readonly onDiscard: () => void
}

/** At the bottom, as long as there is something that does not hold yet. */
function ChangesBar({ count, fault, error, isBusy, onReview, onDiscard }: ChangesBarProps) {
  return (
    <section
      aria-label={settings.changes(count)}
      className="sticky bottom-16 z-20 grid gap-2 rounded-large border border-edge bg-surface p-3 shadow-float lg:bottom-4"
    >
      <div role="alert" className="empty:hidden">
        {fault !== undefined && <Note tone="bad">{fault}</Note>}
      </div>
      {error != null && <Failed error={error} />}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <p className="mr-auto">{settings.changes(count)}</p>
        <Button onClick={onDiscard}>{settings.discard}</Button>
        <Button look="main" isBusy={isBusy} onClick={onReview}>
          {settings.review}
        </Button>
      </div>
    </section>
  )
}
