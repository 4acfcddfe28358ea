import { useSyncExternalStore } from 'react'
import { answer, api } from '../api/client.ts'
import { problemText } from '../api/problem.ts'
import { CameraError, type PublishedCamera, publishCamera } from '../live/camera.ts'
import { wall } from '../strings/wall.ts'
import { liveConnection } from './live-connection.ts'
import { underFreeName } from './stream-name.ts'

/** What this device's camera is doing. It goes on while one goes from page to page. */
export interface DeviceCamera {
  readonly phase: 'off' | 'starting' | 'on'
  /** Where it is sent to; undefined where it is off. */
  readonly stream: string | undefined
  /** Why there is none, for the person who wanted it. */
  readonly complaint: string | undefined
}

const usualName = 'camera'
const off: DeviceCamera = { phase: 'off', stream: undefined, complaint: undefined }
let current = off
let published: PublishedCamera | undefined
const listeners = new Set<() => void>()

export function useDeviceCamera(): DeviceCamera {
  return useSyncExternalStore(subscribe, () => current)
}

/** Sends this device's camera to `stream`, or to the first that waits for one; where there is none, makes one. Asks the person first. */
export async function startDeviceCamera(stream?: string): Promise<void> {
  if (current.phase !== 'off') return
  change({ ...off, phase: 'starting', stream })
  try {
    const target = stream ?? (await waitingStream())
    change({ ...off, phase: 'starting', stream: target })
    const camera = await publishCamera(`/whip/${target}`)
    published = camera
    change({ ...off, phase: 'on', stream: target })
    void camera.ended.then(reason => {
      if (published === camera) stop(reason)
    })
  } catch (error) {
    stop(error instanceof CameraError ? error.message : problemText(error).sentence)
  }
}

export function stopDeviceCamera(): void {
  stop(undefined)
}

function stop(complaint: string | undefined): void {
  published?.stop()
  published = undefined
  change({ ...off, complaint })
}

/** A stream that pictures are sent to, and nobody sends to now. */
async function waitingStream(): Promise<string> {
  const query = { live: true, limit: 1000 }
  const { items } = await answer(api.GET('/api/v1/streams', { params: { query } }))
  const { states } = liveConnection()
  const found = items.find(
    ({ name, source, state }) => source === 'push:' && (states.get(name) ?? state)?.state !== 'up'
  )
  if (found) return found.name
  const { who } = await answer(api.GET('/api/v1/session'))
  const names = items.map(({ name }) => name)
  return underFreeName(usualName, names, who?.role === 'admin', (name, again) => {
    const body = { name, title: wall.cameraTitle, source: 'push:', maxFps: 15, ...(again && { again }) }
    return answer(api.POST('/api/v1/streams', { body }))
  })
}

function change(next: DeviceCamera): void {
  current = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
