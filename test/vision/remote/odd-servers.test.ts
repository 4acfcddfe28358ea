import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../../faults/support/until.ts'
import { closed } from '../../support/closed.ts'
import { boxOf, cells, found, honest, kinds, look, open, spec, usual } from '../../support/remote-house.ts'
import type { Script, ToldOutput } from '../../support/scripted-kserve.ts'

// Servers that change their minds, and what the time that they take is counted as.

/** An output of the usual name, of rows of so many numbers, that begin with these. */
function rows(count: number, numbers: number, ...given: readonly (readonly number[])[]): ToldOutput {
  const data = new Float32Array(count * numbers).fill(-10)
  for (const [at, row] of given.entries()) data.set(row, at * numbers)
  return { ...spec, shape: [1, count, numbers], bytes: new Uint8Array(data.buffer) }
}

/** Answers so to the first picture, which opens the model, and so to all after it. */
function first(opening: ToldOutput, later: ToldOutput): Script['answer'] {
  let asked = 0
  return () => ({ outputs: [asked++ === 0 ? opening : later] })
}

const box = [0, 0, 0, 0, 1, 0.9, 0]

for (const kind of kinds) {
  test(`KO1 over ${kind}, outputs of another size than at first are not read as if they were of that`, async () => {
    await using house = await open(kind, {
      script: { outputs: [{ ...spec, shape: [1, -1, 7] }] },
      answer: first(rows(cells, 7, box), rows(cells - 1, 7, box))
    })
    deepStrictEqual(found(await look(house.detector)), ['local'])
  })

  test(`KO2 over ${kind}, a model that tells more classes apart of a sudden is not believed`, async () => {
    await using house = await open(kind, {
      script: { outputs: [{ ...spec, shape: [1, cells, -1] }] },
      answer: first(rows(cells, 7, box), rows(cells, 8, [...box, 0])),
      remote: { family: 'yolox' },
      standIn: false
    })
    await rejects(look(house.detector), { code: 'SL_REMOTE_INVALID', message: /tells 3 classes apart of a sudden/ })
  })

  test(`KO3 over ${kind}, of a model that a server comes back with, classes that nobody was told of are left out`, async () => {
    await using house = await open(kind)
    house.server.script = { ...house.server.script, answer: () => ({ status: 400 }) }
    for (let frame = 0; frame < 3; frame++) deepStrictEqual(found(await look(house.detector)), ['local'])
    const three = rows(cells, 8, [0, 0, 0, 0, 1, 0, 0, 0.9], [3, 0, 0, 0, 1, 0.8, 0, 0])
    const outputs = [{ ...spec, shape: [1, cells, 8] }]
    house.server.script = { ...usual, outputs, answer: () => ({ outputs: [three] }) }
    const isBack = async () => found(await look(house.detector)).includes('server')
    await until('the server serves again', isBack, { givenUpMs: 30_000 })
    deepStrictEqual(found(await look(house.detector)), ['server'])
  })

  test(`KO4 over ${kind}, a frame waits no longer than its budget, whatever an attempt may take`, async () => {
    await using house = await open(kind, { remote: { timeoutMs: 600_000, budgetMs: 300 } })
    house.server.script = { ...house.server.script, answer: () => 'hang' }
    deepStrictEqual(found(await look(house.detector)), ['local'])
    const { late } = house.tally.figures.scripted!.exchanges
    // In seconds, by what became of them.
    ok(late!.count === 1 && late!.sum >= 0.29 && late!.sum < 20, `${late!.count} in ${late!.sum} s`)
  })

  test(`KO5 over ${kind}, how long a server takes is counted in seconds, apart from what it breaks off`, async () => {
    await using house = await open(kind, { remote: { timeoutMs: 20_000, budgetMs: 20_000 } })
    const before = house.tally.figures.scripted!.exchanges.answered!
    let asked = 0
    const answer: Script['answer'] = picture =>
      asked++ === 0 ? { status: 503 } : { outputs: [boxOf(picture)], afterMs: 400 }
    house.server.script = { ...house.server.script, answer }
    deepStrictEqual(found(await look(house.detector)), ['server'])
    const { answered, failed } = house.tally.figures.scripted!.exchanges
    const tookSeconds = answered!.sum - before.sum
    deepStrictEqual([before.count, answered!.count, failed!.count], [1, 2, 1])
    ok(tookSeconds >= 0.39 && tookSeconds < 20, `${tookSeconds} s`)
  })

  test(`KO6 over ${kind}, a model that is none to be used is refused at once, also where another stands in`, async () => {
    const inputs = [{ ...usual.inputs[0]!, shape: [1, 32, 32, 3] }]
    await rejects(closed(open(kind, { script: { inputs } })), { code: 'SL_MODEL_INPUT_RANK' })
  })

  test(`KO7 over ${kind}, failures count as one after the other only where no answer lies between`, async () => {
    await using house = await open(kind)
    for (let round = 0; round < 3; round++)
      for (const answer of [() => ({ status: 400 }) as const, honest]) {
        house.server.script = { ...house.server.script, answer }
        const whose = answer === honest ? 'server' : 'local'
        deepStrictEqual(found(await look(house.detector)), [whose], `round ${round}`)
      }
    strictEqual(house.tally.figures.scripted?.fallbacks, 3)
  })

  test(`KO8 over ${kind}, a server that counts as down is left alone for as long as it is to be`, async () => {
    await using house = await open(kind, { backOff: { firstMs: 600_000, longestMs: 600_000 } })
    house.server.script = { ...house.server.script, answer: () => ({ status: 400 }) }
    for (let frame = 0; frame < 3; frame++) deepStrictEqual(found(await look(house.detector)), ['local'])
    house.server.script = { ...house.server.script, answer: honest }
    const heard = house.server.heard.length
    for (let frame = 0; frame < 20; frame++) deepStrictEqual(found(await look(house.detector)), ['local'])
    strictEqual(house.server.heard.length, heard)
  })
}
