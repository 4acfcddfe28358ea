import { useSyncExternalStore } from 'react'
import type { SettingItem } from '../../../../src/contract/api/setting.ts'
import type { SettingKind } from './setting-kind.ts'
import type { Wish } from './setting-patch.ts'
import { readText, textOf } from './setting-text.ts'

/** What was filled in and does not hold yet, by the setting's key. It outlives a look at another page. */
export type Drafts = ReadonlyMap<string, string>

let drafts: Drafts = new Map()
const listeners = new Set<() => void>()

export function useDrafts(): Drafts {
  return useSyncExternalStore(subscribe, () => drafts)
}

/** Undefined takes a draft back. */
export function draft(key: string, text: string | undefined): void {
  const next = new Map(drafts)
  if (text === undefined) next.delete(key)
  else next.set(key, text)
  show(next)
}

export function discardDrafts(): void {
  show(new Map())
}

function show(next: Drafts): void {
  drafts = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Whether what was filled in is another value than the one that holds. What nobody says may be said as nothing. */
export function isOther(
  { value, from }: Pick<SettingItem, 'value' | 'from'>,
  kind: SettingKind,
  text: string
): boolean {
  if (text.trim() === '') return from !== 'default'
  return text.trim() !== textOf(kind, value).trim()
}

/** Everything that was filled in, read; with what cannot be read, by its key. */
export function readDrafts(
  filled: Drafts,
  found: (key: string) => { readonly item: SettingItem; readonly kind: SettingKind } | undefined
): { readonly wishes: readonly Wish[]; readonly faults: ReadonlyMap<string, string> } {
  const wishes: Wish[] = []
  const faults = new Map<string, string>()
  for (const [key, text] of filled) {
    const { item, kind } = found(key) ?? {}
    if (!item || !kind) continue
    const read = readText(kind, text)
    if ('fault' in read) faults.set(key, read.fault)
    else wishes.push({ key, now: item.value, value: read.value })
  }
  return { wishes, faults }
}
