import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import type { EventMessage, StateMessage } from '../../../src/contract/live.ts'
import { type Connection, liveConnection } from './live-connection.ts'

/** Whether the server tells what happens. */
export function useConnection(): Connection {
  const live = liveConnection()
  return useSyncExternalStore(live.subscribe, () => live.connection)
}

/** How a stream is, as far as it was told. */
export function useStreamState(stream: string): StateMessage | undefined {
  const live = liveConnection()
  return useSyncExternalStore(live.subscribe, () => live.states.get(stream))
}

/** Of every stream that was told of; another map after each change. */
export function useStreamStates(): ReadonlyMap<string, StateMessage> {
  const live = liveConnection()
  return useSyncExternalStore(live.subscribe, () => live.states)
}

/** Called with what happens from now on. */
export function useLiveEvents(onEvent: (message: EventMessage) => void): void {
  const told = useEffectEvent(onEvent)
  useEffect(() => liveConnection().onEvent(message => told(message)), [])
}

/** Called where something may have happened that was not told. */
export function useMissed(onMissed: () => void): void {
  const told = useEffectEvent(onMissed)
  useEffect(() => liveConnection().onMissed(() => told()), [])
}
