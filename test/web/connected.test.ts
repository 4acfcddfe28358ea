import { deepStrictEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { untilConnected } from '../../web/src/live/connected.ts'

/** A connection that is in the states that the test says. */
class ScriptedConnection extends EventTarget {
  connectionState = 'connecting'
  iceConnectionState = 'checking'
  becomes(state: string): void {
    this.connectionState = state
    this.dispatchEvent(new Event('connectionstatechange'))
  }
}

/** What came of it: `pending`, `connected`, or why not and whether the way is closed. */
function waiting(connection: ScriptedConnection, signal = new AbortController().signal) {
  const seen = { came: 'pending' as unknown }
  const failed = ({ message, isClosed }: { message: string; isClosed: boolean }) => {
    seen.came = [message, isClosed]
  }
  void untilConnected(connection, signal).then(() => {
    seen.came = 'connected'
  }, failed)
  return seen
}

const turn = () => new Promise(resolve => setImmediate(resolve))

test('CN1 where no packet comes for two seconds the way is closed', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const seen = waiting(new ScriptedConnection())
  t.mock.timers.tick(1999)
  await turn()
  equal(seen.came, 'pending')
  t.mock.timers.tick(1)
  await turn()
  deepStrictEqual(seen.came, ['No packets come through: UDP may be blocked.', true])
})

test('CN2 where packets come but the rest is slow it is waited for, and the way is not closed', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const [quick, slow] = [new ScriptedConnection(), new ScriptedConnection()]
  const seen = [quick, slow].map(connection => waiting(connection))
  quick.iceConnectionState = 'connected'
  slow.iceConnectionState = 'completed'
  t.mock.timers.tick(2000)
  t.mock.timers.tick(5999)
  quick.becomes('connected')
  await turn()
  deepStrictEqual([seen[0]?.came, seen[1]?.came], ['connected', 'pending'])
  t.mock.timers.tick(1)
  await turn()
  deepStrictEqual(seen[1]?.came, ['The connection took too long.', false])
})

test('CN3 a connection that fails is closed at once, and one that is there already is no wait', async () => {
  const [failing, there] = [new ScriptedConnection(), new ScriptedConnection()]
  there.connectionState = 'connected'
  const seen = [failing, there].map(connection => waiting(connection))
  failing.becomes('failed')
  await turn()
  deepStrictEqual(
    seen.map(({ came }) => came),
    [['No packets come through: UDP may be blocked.', true], 'connected']
  )
})

test('CN4 whoever does not want it any more waits no longer', async () => {
  const stop = new AbortController()
  const wanted = untilConnected(new ScriptedConnection(), stop.signal)
  stop.abort(new Error('It was stopped.'))
  await rejects(wanted, /It was stopped/)
})
