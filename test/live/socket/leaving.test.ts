import { strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { stillHeld } from '../../support/collected.ts'
import { idsOf, scene, state } from './hub-scene.ts'

const ways = [
  ['takes all', { type: 'subscribe' }, undefined],
  ['takes nothing', { type: 'subscribe' }, 0],
  ['views sessions', { type: 'view', sessions: ['one', 'two'] }, undefined],
  ['waits for what the history lacks', { type: 'subscribe', after: { yard: idsOf({ n: 9 })[0] } }, undefined]
] as const

for (const [who, request, room] of ways)
  test(`HL1 of a client that ${who} nothing is kept when it has left`, async t => {
    const { hub, comes, happens, passes } = scene(t)
    hub.state(state('yard'))
    /** Comes, hears of something, and leaves. */
    const visit = async () => {
      const { socket, client } = comes(request, room)
      happens({ n: 1 })
      hub.clock({ type: 'clock', session: 'one', stream: 'yard', epoch: 1, rtpTimestamp: 1, ptsMs: 1 })
      await passes(100)
      client.closed()
      return new WeakRef(socket)
    }
    const visits = [await visit(), await visit(), await visit()]
    await passes(4000)
    strictEqual(await stillHeld(visits), 0)
  })
