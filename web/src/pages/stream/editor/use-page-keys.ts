import { useEffectEvent, useLayoutEffect } from 'react'

interface PageKeys {
  /** Whether it was such a key. */
  readonly history: (event: KeyboardEvent) => boolean
  readonly save: () => void
}

/** Those that hold on the whole page, but for where something is filled in. */
export function usePageKeys({ history, save }: PageKeys): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || !(event.ctrlKey || event.metaKey)) return
    const isSave = event.key.toLowerCase() === 's'
    const isFilledIn = event.target instanceof HTMLInputElement && event.target.type !== 'checkbox'
    if (isSave) save()
    if (isSave || (!isFilledIn && history(event))) event.preventDefault()
  })
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => pressed(event)
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}
