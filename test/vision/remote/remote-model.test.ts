import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { authorization } from '../../../src/vision/remote/kserve-client.ts'
import { RemoteModel } from '../../../src/vision/remote/remote-model.ts'
import { RemoteTally } from '../../../src/vision/remote/remote-tally.ts'
import { until } from '../../faults/support/until.ts'
import { closed } from '../../support/closed.ts'
import { inTime } from '../../support/in-time.ts'
import {
  boxOf,
  found,
  honest,
  kinds,
  localModel,
  look,
  open,
  patience,
  spec,
  usual
} from '../../support/remote-house.ts'
import { type Deed, type Script, ScriptedKserve } from '../../support/scripted-kserve.ts'

const soon = { givenUpMs: 30_000 }

/** One that takes connections and says nothing. */
async function silentServer(kind: (typeof kinds)[number], onHeard: () => void) {
  const open = new Set<Socket>()
  const server = createServer(socket => {
    open.add(socket)
    socket.on('error', () => undefined).once('data', onHeard)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    for (const socket of open) socket.destroy()
    server.close()
  }
  return { url: `${kind}://127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.asyncDispose]: close }
}

for (const kind of kinds) {
  test(`K1 over ${kind}, a picture goes to the server, and what it answers becomes boxes as a local model’s do`, async () => {
    await using house = await open(kind)
    const boxes = await look(house.detector)
    deepStrictEqual(found(boxes), ['server'])
    ok(Math.abs(boxes.scores[0]! - 0.8) < 1e-6)
    deepStrictEqual([...boxes.boxes.subarray(0, 4)], [-4 / 32, -4 / 32, 8 / 32, 8 / 32])
    deepStrictEqual([house.detector.provider, house.tally.figures.scripted?.fallbacks], ['kserve', 0])
  })

  test(`K2 over ${kind}, a server that says “not now” is asked again, within the frame’s budget`, async () => {
    let asked = 0
    await using house = await open(kind, { answer: picture => (asked++ === 1 ? { status: 503 } : honest(picture)) })
    deepStrictEqual(found(await look(house.detector)), ['server'])
    const { exchanges } = house.tally.figures.scripted!
    deepStrictEqual([exchanges.failed?.count, exchanges.answered?.count], [1, 2])
  })

  test(`K3 over ${kind}, a server that refuses is not asked again, and says why`, async () => {
    let asked = 0
    await using house = await open(kind, {
      answer: picture => (asked++ > 0 ? { status: 400 } : honest(picture)),
      standIn: false
    })
    await rejects(look(house.detector), { code: 'SL_REMOTE_REFUSED', retryable: false, message: /so it is/ })
    strictEqual(asked, 2)
  })

  const lost: readonly { readonly what: string; readonly deed: Deed }[] = [
    { what: 'hangs', deed: 'hang' },
    { what: 'breaks off', deed: 'break' },
    { what: 'answers late', deed: { outputs: [boxOf(new Float32Array([204]))], afterMs: 600 } }
  ]

  test(`K4 over ${kind}, a server that hangs, breaks off or is late costs its own boxes alone: the local model stands in`, async () => {
    await using house = await open(kind, { remote: { timeoutMs: 200, budgetMs: 250 } })
    for (const [at, { what, deed }] of lost.entries()) {
      house.server.script = { ...house.server.script, answer: () => deed }
      deepStrictEqual(found(await look(house.detector)), ['local'], what)
      strictEqual(house.tally.figures.scripted?.fallbacks, at + 1, what)
    }
    ok(house.tally.figures.scripted!.exchanges.late!.count >= 2)
  })

  const lies: readonly { readonly what: string; readonly deed: Deed }[] = [
    { what: 'answers with garbage', deed: { garbage: Buffer.from('\xff\xff\xff{"a":', 'latin1') } },
    { what: 'answers with nothing', deed: { outputs: [] } },
    { what: 'lies about shapes', deed: { outputs: [{ ...spec, shape: [1, 1e9, 7], bytes: new Uint8Array(28) }] } }
  ]

  test(`K15 over ${kind}, what is not as the metadata say is not read, nor asked for again, and costs that frame alone`, async () => {
    await using house = await open(kind)
    for (const [at, { what, deed }] of lies.entries()) {
      house.server.script = { ...house.server.script, answer: () => deed }
      deepStrictEqual(found(await look(house.detector)), ['local'], what)
      house.server.script = { ...house.server.script, answer: honest }
      deepStrictEqual(found(await look(house.detector)), ['server'], `after one that ${what}`)
      strictEqual(house.tally.figures.scripted?.exchanges.invalid?.count, at + 1, what)
    }
  })

  test(`K5 over ${kind}, boxes of numbers that are none are dropped and counted`, async () => {
    let asked = 0
    await using house = await open(kind, {
      answer: picture => (asked++ === 0 ? honest(picture) : { outputs: [boxOf(new Float32Array([Number.NaN]))] })
    })
    deepStrictEqual(found(await look(house.detector)), [])
    strictEqual(house.detector.invalidBoxes, 1)
  })

  test(`K6 over ${kind}, a server that was killed costs frames nothing once it counts as down, and serves again when it is back`, async () => {
    await using house = await open(kind, { remote: { budgetMs: 200 } })
    await house.server.stop()
    for (let frame = 0; frame < 3; frame++) deepStrictEqual(found(await look(house.detector)), ['local'])
    const attempts = () => house.tally.figures.scripted?.exchanges.failed?.count
    const before = attempts()
    deepStrictEqual(found(await look(house.detector)), ['local'])
    strictEqual(attempts(), before)
    await house.server.start()
    await until('the server serves again', async () => found(await look(house.detector))[0] === 'server', soon)
  })

  test(`K7 over ${kind}, a server that is down at the start joins when it is up`, async () => {
    const server = new ScriptedKserve(kind, { ...usual, answer: honest })
    await server.start()
    await server.stop()
    await using stack = new AsyncDisposableStack()
    const standIn = await localModel()
    const remote = { url: server.url, model: 'm', concurrency: 1, ...patience }
    const backOff = { firstMs: 1, longestMs: 5 }
    const model = stack.use(await RemoteModel.open({ name: 'm', remote, standIn, tally: new RemoteTally(), backOff }))
    const detector = model.detector({})
    deepStrictEqual(found(await look(detector)), ['local'])
    stack.use(server)
    await server.start()
    await until('the server has joined', async () => found(await look(detector))[0] === 'server', soon)
  })

  test(`K8 over ${kind}, without a local model a server that cannot be had is an error that says which, without its password`, async () => {
    const remote = { url: `${kind}://me:secret@127.0.0.1:1`, model: 'm', family: 'yolox', ...patience }
    await rejects(closed(RemoteModel.open({ name: 'm', remote, tally: new RemoteTally() })), error => {
      match((error as Error).message, /m at (grpc|http):\/\/127\.0\.0\.1:1 cannot be reached/)
      ok(!String(error).includes('secret'))
      return (error as { code?: string }).code === 'SL_REMOTE_FAILED'
    })
  })

  test(`K9 over ${kind}, name and password of the address go along as authorisation`, async () => {
    await using server = await ScriptedKserve.start(kind, { ...usual, answer: honest })
    const url = server.url.replace('127', 'me:p%40ss@127')
    const remote = { url, model: 'm', family: 'yolox', concurrency: 1, ...patience }
    await using _ = await RemoteModel.open({ name: 'm', remote, tally: new RemoteTally() })
    strictEqual(server.heard[0]?.authorization, `Basic ${Buffer.from('me:p@ss').toString('base64')}`)
  })

  test(`K10 over ${kind}, a model is refused that takes anything but one picture, or gives what are no numbers`, async () => {
    const metadata = (script: Partial<Script>) => closed(open(kind, { script, standIn: false }))
    const [input] = usual.inputs
    await rejects(metadata({ inputs: [{ ...input!, shape: [1, 32, 32, 3] }] }), { code: 'SL_MODEL_INPUT_RANK' })
    await rejects(metadata({ inputs: [{ ...input!, shape: [-1, -1, -1, 3] }] }), { code: 'SL_MODEL_INPUT_RANK' })
    await rejects(metadata({ inputs: [{ ...input!, shape: [1, 3, 100_000, 100_000] }] }), {
      code: 'SL_MODEL_INPUT_RANK'
    })
    await rejects(metadata({ outputs: [{ ...spec, datatype: 'BYTES' }] }), { code: 'SL_REMOTE_INVALID' })
    await rejects(metadata({ outputs: [{ ...spec, shape: [1, 3, 3] }] }), { message: /promised|says|family/ })
  })

  test(`K24 over ${kind}, a server that leaves open how many planes its picture has gets three`, async () => {
    await using house = await open(kind, { script: { inputs: [{ ...usual.inputs[0]!, shape: [-1, -1, 32, 32] }] } })
    deepStrictEqual(found(await look(house.detector)), ['server'])
  })

  test(`K11 over ${kind}, the family is stated or that of the local model with the same inputs and outputs, and never guessed`, async () => {
    await using twin = await open(kind, { remote: { family: undefined } })
    deepStrictEqual(found(await look(twin.detector)), ['server'])
    await rejects(closed(open(kind, { remote: { family: undefined }, standIn: false })), {
      code: 'SL_MODEL_FAMILY_UNKNOWN',
      message: /state by `family`.*'yolox'/
    })
  })
}

test('K12 a server of HTTP without the binary extension is sent numbers as text', async () => {
  await using house = await open('http', { script: { isBinary: false } })
  const boxes = await look(house.detector)
  ok(Math.abs(boxes.scores[0]! - 0.8) < 1e-6)
  strictEqual(house.server.heard.at(-1)?.['content-type'], 'application/json')
})

test('K16 a server of HTTP that goes on in another protocol costs its own boxes alone', {
  timeout: 30_000
}, async () => {
  await using house = await open('http', { remote: { timeoutMs: 200, budgetMs: 250 } })
  house.server.script = { ...house.server.script, answer: () => 'switch' }
  deepStrictEqual(found(await look(house.detector)), ['local'])
  house.server.script = { ...house.server.script, answer: honest }
  deepStrictEqual(found(await look(house.detector)), ['server'])
  ok(house.tally.figures.scripted!.exchanges.failed!.count >= 1)
})

for (const kind of kinds)
  test(`K17 over ${kind}, metadata of more than 1 MB are not read`, async () => {
    const outputs = [{ ...spec, name: 'o'.repeat(2 ** 20) }]
    const message = /answers with more than 1 MB/
    await rejects(closed(open(kind, { script: { outputs }, standIn: false })), { code: 'SL_REMOTE_INVALID', message })
  })

test('K18 an answer in JSON of a million objects and more is not parsed', async () => {
  const objects = Buffer.from(`{"outputs":[${'{},'.repeat(2 ** 20)}{}]}`)
  const garbled = closed(open('http', { script: { answer: () => ({ garbage: objects }) }, standIn: false }))
  await rejects(garbled, { code: 'SL_REMOTE_INVALID', message: /in more than 1048576 parts/ })
})

test('K19 pictures that wait for their turn when a server goes down fail as it did, and are not called off', async () => {
  let asked = 0
  await using house = await open('http', {
    answer: picture => (asked++ > 3 ? { status: 400 } : honest(picture)),
    remote: { concurrency: 4 },
    standIn: false
  })
  const looks = await Promise.allSettled(Array.from({ length: 8 }, () => look(house.detector)))
  deepStrictEqual(
    looks.map(outcome => outcome.status === 'rejected' && outcome.reason.code),
    looks.map(() => 'SL_REMOTE_REFUSED')
  )
})

test('K20 a percent sign in a password that begins no code stands for itself', () => {
  const { authorization: header } = authorization(new URL('http://me:50%25%zz@box'))
  strictEqual(header, `Basic ${Buffer.from('me:50%25%zz').toString('base64')}`)
})

for (const kind of kinds)
  test(`K21 over ${kind}, a model that gives as many rows as it found boxes is read: none, and several`, async () => {
    const rows = { name: 'output', datatype: 'FP32', shape: [-1, 7] }
    const numbers = (picture: Float32Array) =>
      picture[0] === 1 ? [0, 8, 8, 24, 24, 0, 0.9, 0, 0, 0, 8, 8, 0, 0.8] : []
    await using house = await open(kind, {
      script: { outputs: [rows] },
      answer: picture => {
        const found = Float32Array.from(numbers(picture))
        return { outputs: [{ ...rows, shape: [found.length / 7, 7], bytes: new Uint8Array(found.buffer) }] }
      },
      remote: { family: 'end-to-end' },
      standIn: false
    })
    const boxes = await look(house.detector, 255)
    deepStrictEqual([boxes.count, ...boxes.boxes.subarray(0, 4)], [2, 0.25, 0.25, 0.5, 0.5])
    strictEqual((await look(house.detector, 0)).count, 0)
  })

for (const kind of kinds)
  test(`K22 over ${kind}, a server that never says anything holds up nobody who closes its model`, {
    timeout: 30_000
  }, async () => {
    for (const doesAnswer of [false, true]) {
      const heard = Promise.withResolvers<void>()
      const answer = () => {
        heard.resolve()
        return 'hang' as const
      }
      await using server = doesAnswer
        ? await ScriptedKserve.start(kind, { ...usual, answer })
        : await silentServer(kind, heard.resolve)
      const standIn = await localModel()
      const remote = { url: server.url, model: 'm', timeoutMs: 60_000, budgetMs: 600_000 }
      const opening = RemoteModel.open({ name: 'm', remote, standIn, tally: new RemoteTally(), openingMs: 1 })
      const model = await inTime('the local model stands in', opening)
      await inTime('the server is asked', heard.promise)
      await inTime('its model is closed', model[Symbol.asyncDispose]())
    }
  })

for (const kind of kinds)
  test(`K23 over ${kind}, who closes a model waits for no picture that is under way, nor for those of a link that went down`, {
    timeout: 30_000
  }, async () => {
    for (const isDown of [false, true]) {
      const heard = Promise.withResolvers<void>()
      let asked = 0
      const answer: Script['answer'] = picture => {
        if (asked++ < 2) return honest(picture)
        if (asked > 3) return { status: 400 }
        heard.resolve()
        return 'hang'
      }
      const remote = { concurrency: 2, timeoutMs: 60_000, budgetMs: 600_000 }
      await using house = await open(kind, { answer, remote, standIn: false })
      const hanging = rejects(look(house.detector), { code: 'SL_CANCELLED' })
      await inTime('the second picture is asked about', heard.promise)
      for (let frame = 0; isDown && frame < 3; frame++)
        await rejects(look(house.detector), { code: 'SL_REMOTE_REFUSED' })
      await inTime('the model is closed', house.model[Symbol.asyncDispose]())
      await hanging
    }
  })

test('K13 a local model of another size is shown the picture scaled to its own', async () => {
  const wide = { inputs: [{ ...usual.inputs[0]!, shape: [1, 3, 64, 64] }], outputs: [{ ...spec, shape: [1, 84, 7] }] }
  const numbers = new Float32Array(84 * 7).fill(-10)
  let asked = 0
  await using house = await open('grpc', {
    script: wide,
    answer: () =>
      asked++ === 0
        ? { outputs: [{ ...spec, shape: [1, 84, 7], bytes: new Uint8Array(numbers.buffer) }] }
        : { status: 400 }
  })
  strictEqual(house.detector.request.width, 64)
  deepStrictEqual(found(await look(house.detector)), ['local'])
})

test('K14 classes that somebody asks for are those of both models, and one that neither has is refused', async () => {
  await using house = await open('grpc', { remote: { labels: ['ball', 'player'] } })
  deepStrictEqual(house.model.labels, ['ball', 'player', 'class-0', 'class-1'])
  const balls = house.model.detector({ classes: ['ball'] })
  strictEqual((await look(balls)).count, 1)
  strictEqual((await look(house.model.detector({ classes: ['player'] }))).count, 0)
  let refused: unknown
  try {
    house.model.detector({ classes: ['cow'] })
  } catch (error) {
    refused = error
  }
  strictEqual((refused as { code?: string }).code, 'SL_OPTION_INVALID')
})
