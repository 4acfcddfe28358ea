import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { IceAgent } from '../../../src/live/webrtc/ice-agent.ts'
import type { Place } from '../../../src/live/webrtc/place.ts'
import { newTransaction, readStun, stunAttributes, stunTypes, writeStun } from '../../../src/live/webrtc/stun.ts'

const remote = { username: 'theirs', password: 'a password of twenty-two letters' }
const here: Place = { address: '192.0.2.7', port: 4000 }
const elsewhere: Place = { address: '192.0.2.7', port: 4001 }

/** An agent on a wire that goes nowhere: what it answered, by type, and what it took for its peer's. */
function scene(t: TestContext) {
  const answered: number[] = []
  const taken: string[] = []
  let asked: string[] = []
  let isSilent = false
  const wire = {
    send: (bytes: Buffer) => {
      const { type, transaction } = readStun(bytes)!
      if (type === stunTypes.request) asked.push(transaction)
      else answered.push(type)
    },
    close: () => undefined
  }
  const agent = new IceAgent(remote, 30_000, {
    data: bytes => taken.push(bytes.toString()),
    silent: () => {
      isSilent = true
    }
  })
  t.after(() => agent.close())
  const { username, password } = agent.local
  return {
    answered,
    taken,
    checks: (
      given: { readonly username?: string; readonly password?: string; readonly role?: number } = {},
      from = here
    ) => {
      const attributes = [
        [stunAttributes.username, Buffer.from(given.username ?? `${username}:${remote.username}`)],
        [given.role ?? stunAttributes.controlling, Buffer.alloc(8)],
        [stunAttributes.useCandidate, Buffer.alloc(0)]
      ] as const
      agent.receive(writeStun(stunTypes.request, newTransaction(), attributes, given.password ?? password), from, wire)
    },
    isSilent: () => isSilent,
    /** Whether it is still here: to all that it was asked so far and that it did not lay aside. */
    answers: (key: string) => {
      for (const transaction of asked) agent.receive(writeStun(stunTypes.success, transaction, [], key), here, wire)
      asked = []
    },
    /** Questions that are not answered for now; `takesUp` has them answered with the next. */
    laysAside: () => {
      const aside = asked
      asked = []
      return { takesUp: () => void asked.push(...aside) }
    },
    says: (text: string, from = here) => agent.receive(Buffer.from(text), from, wire)
  }
}

test('IA1 whoever knows the password is answered, and heard from where they asked and nowhere else', t => {
  const { answered, taken, checks, says } = scene(t)
  says('too early')
  checks()
  says('media')
  says('of somebody else', elsewhere)
  deepStrictEqual([answered, taken], [[stunTypes.success], ['media']])
})

for (const [rule, given] of [
  ['the password is wrong', { password: 'another one' }],
  ['the name is another’s', { username: 'ours:theirs' }]
] as const)
  test(`IA2 where ${rule} nobody is answered, and nobody heard`, t => {
    const { answered, taken, checks, says } = scene(t)
    checks(given)
    says('media')
    deepStrictEqual([answered, taken], [[], []])
  })

test('IA3 who wants to be led too is told that one has to lead', t => {
  const { answered, checks } = scene(t)
  checks({ role: stunAttributes.controlled })
  deepStrictEqual(answered, [stunTypes.failure])
})

test('IA4 it remembers no more ways than there may be, and answers none beyond them', t => {
  const { answered, checks } = scene(t)
  for (let port = 1; port <= 300; port++) checks({}, { ...here, port })
  strictEqual(answered.length, 128)
})

test('IA5 that its peer is still here is said by who knows the password, and by nobody else', t => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let nowMs = 0
  t.mock.method(performance, 'now', () => nowMs)
  const isSilent = [remote.password, 'another one'].map(key => {
    const peer = scene(t)
    peer.checks()
    // Silence for 30 s is an end.
    for (const untilMs = nowMs + 40_000; nowMs < untilMs; ) {
      nowMs += 2500
      t.mock.timers.tick(2500)
      peer.answers(key)
    }
    return peer.isSilent()
  })
  deepStrictEqual(isSilent, [false, true])
})

test('IA6 of what it asked and nobody answered it remembers the last 128, and an answer to one before says nothing', t => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let nowMs = 0
  t.mock.method(performance, 'now', () => nowMs)
  const pass = () => {
    nowMs += 2500
    t.mock.timers.tick(2500)
  }
  const peer = scene(t)
  peer.checks()
  peer.answers(remote.password)
  pass()
  const old = peer.laysAside()
  // One of six is answered, so that it is not silent.
  for (let asked = 0; asked < 180; asked++) {
    pass()
    if (asked % 6 === 0) peer.answers(remote.password)
    else peer.laysAside()
  }
  strictEqual(peer.isSilent(), false)
  for (let late = 0; late < 13; late++) {
    pass()
    peer.laysAside()
    if (late === 6) {
      old.takesUp()
      peer.answers(remote.password)
    }
  }
  strictEqual(peer.isSilent(), true)
})
