import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { askAnew } from '../api/ask-anew.ts'
import { Icon } from '../design/icon.tsx'
import type { Connection } from '../streams/live-connection.ts'
import { useConnection } from '../streams/use-live.ts'
import { shell } from '../strings/shell.ts'

/** Says that what is shown is old, and that it goes on by itself. */
export function ConnectionBanner() {
  const connection = useConnection()
  const isOnline = useSyncExternalStore(watchNetwork, () => navigator.onLine)
  const queries = useQueryClient()
  // Made in small steps, this may see it open at once, or late: that is its first opening, too.
  const before = useRef<Connection>('connecting')
  useEffect(() => {
    const isFirst = before.current === 'connecting'
    before.current = connection
    // Back again: what changed meanwhile was not told. Lost: maybe because one was signed out, which the answer says.
    if (!isFirst) void askAnew(queries)
  }, [connection, queries])
  const isLost = !isOnline || connection === 'lost'
  return (
    <div role="status" className="justify-self-center">
      {isLost && (
        <p className="pointer-events-auto flex items-center gap-2 rounded-medium border border-edge bg-warn-soft px-4 py-2.5 text-small text-warn shadow-float">
          <Icon name="offline" size={18} />
          {isOnline ? shell.reconnecting : shell.offline}
        </p>
      )}
    </div>
  )
}

function watchNetwork(listener: () => void): () => void {
  addEventListener('online', listener)
  addEventListener('offline', listener)
  return () => {
    removeEventListener('online', listener)
    removeEventListener('offline', listener)
  }
}
