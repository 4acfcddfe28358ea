import { useEffectEvent, useLayoutEffect } from 'react'
import { flushSync } from 'react-dom'

interface PageKeys {
  /** Whether it was such a key. */
  readonly history: (event: KeyboardEvent) => boolean
  readonly save: () => void
}

/** Those that hold on the whole page, but for where something is filled in. */
export function usePageKeys({ history, save }: PageKeys): void {
  const saveNow = useEffectEvent(save)
  const isHistory = useEffectEvent(history)
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !(event.ctrlKey || event.metaKey)) return
      const field = filledIn(event)
      const isSave = event.key.toLowerCase() === 's'
      if (isSave) {
        if (field) tellTyped(field)
        saveNow()
      }
      if (isSave || (!field && isHistory(event))) event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}

function filledIn({ target }: KeyboardEvent): HTMLInputElement | undefined {
  return target instanceof HTMLInputElement && target.type !== 'checkbox' ? target : undefined
}

/** A field tells what was typed in it once it loses the focus, which it has again then. */
function tellTyped(field: HTMLInputElement): void {
  flushSync(() => field.blur())
  field.focus({ preventScroll: true })
}
