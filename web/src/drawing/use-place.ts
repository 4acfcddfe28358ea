import { type RefObject, useLayoutEffect, useMemo, useState } from 'react'
import { type Place, placeOf } from './geometry.ts'

/** Where a picture of that shape lies in an element that it is fitted into (`object-fit: contain`); undefined until that is known. */
export function usePlace(element: RefObject<HTMLElement | null>, aspect: number): Place | undefined {
  const [size, setSize] = useState({ width: 0, height: 0 })
  // Measured before it is seen: who presses at once is heard.
  useLayoutEffect(() => {
    if (!element.current) return
    const { clientWidth: width, clientHeight: height } = element.current
    setSize({ width, height })
    const watcher = new ResizeObserver(([entry]) => {
      const { width, height } = entry?.contentRect ?? { width: 0, height: 0 }
      setSize({ width, height })
    })
    watcher.observe(element.current)
    return () => watcher.disconnect()
  }, [element])
  return useMemo(() => placeOf(size, aspect), [size, aspect])
}
