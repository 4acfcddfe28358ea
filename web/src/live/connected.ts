import { ViewError } from './view-error.ts'

/** From the answer to the first packet: where UDP is blocked, nothing comes however long one waits. */
const connectMs = 2000
/** From the first packet to the connection: whatever is slow about it, UDP is not blocked. */
const secureMs = 6000

/** As much of an `RTCPeerConnection` as is needed. */
export interface ConnectionLike {
  readonly connectionState: string
  readonly iceConnectionState: string
  addEventListener(kind: 'connectionstatechange', listener: () => void): void
  removeEventListener(kind: 'connectionstatechange', listener: () => void): void
}

/** Resolves once packets come and can be read. @throws ViewError that is closed where none came, and what `signal` was aborted with */
export function untilConnected(connection: ConnectionLike, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const answers = () => ['connected', 'completed'].includes(connection.iceConnectionState)
    const fail = (text: string, isClosed: boolean) => done(() => reject(new ViewError(text, { isClosed })))
    const blocked = () => fail('No packets come through: UDP may be blocked.', true)
    const slow = () => fail('The connection took too long.', false)
    const late = () => {
      if (answers()) timer = setTimeout(slow, secureMs)
      else blocked()
    }
    let timer = setTimeout(late, connectMs)
    const look = () => {
      if (connection.connectionState === 'connected') done(resolve)
      if (connection.connectionState === 'failed') blocked()
    }
    const abort = () => done(() => reject(signal.reason))
    const done = (settle: () => void) => {
      clearTimeout(timer)
      connection.removeEventListener('connectionstatechange', look)
      signal.removeEventListener('abort', abort)
      settle()
    }
    connection.addEventListener('connectionstatechange', look)
    signal.addEventListener('abort', abort)
    look()
  })
}
