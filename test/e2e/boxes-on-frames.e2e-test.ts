import { equal, ok } from 'node:assert/strict'
import { availableParallelism, loadavg } from 'node:os'
import { after, before, test } from 'node:test'
import { findChromium } from '../services/chromium.ts'
import { ProbedServer } from '../support/probed-server.ts'

const found = findChromium()
const skip = 'missing' in found ? found.missing : false
let server: ProbedServer

before(async () => {
  if (skip === false) server = await ProbedServer.open()
})
after(() => server?.[Symbol.asyncDispose]())

for (const way of ['whep', 'fragments'] as const) {
  test(`O1 by ${way}, boxes lie on the very picture that they were found on`, { skip }, async t => {
    const looked = await server.frameErrors(way, { pictures: 150, withinMs: 20_000 })
    const { errors, withOwnBoxes, readings } = looked
    equal(looked.way, way, looked.complaint)
    const worst = Math.max(...errors.map(Math.abs))
    const right = errors.filter(error => Math.abs(error) < 0.5).length
    t.diagnostic(
      `${errors.length} pictures, ${right} taken for the very one, worst ${worst.toFixed(2)} frames; ${withOwnBoxes} with boxes of their own; ${JSON.stringify(readings)}`
    )
    ok(errors.length >= 80, `${errors.length} pictures`)
    // While a picture's code is read, a busy browser may move on to the next: that is the reader's error.
    const within = errors.filter(error => Math.abs(error) <= 1.01).length
    ok(within / errors.length >= 0.98, `${errors.length - within} of ${errors.length} pictures off by more than one`)
    ok(withOwnBoxes / errors.length > 0.5, `${withOwnBoxes} of ${errors.length} with boxes of their own`)
  })
}

for (const mode of ['exact', 'lowest'] as const) {
  test(`O2 from a browser’s camera to its box on the screen, ${mode}`, { skip }, async t => {
    const { ms, pictures, complaint, readings } = await server.glassTimes(mode, { pictures: 200, withinMs: 25_000 })
    const at = (share: number) => Math.round(ms[Math.min(ms.length - 1, Math.floor(ms.length * share))] ?? 0)
    t.diagnostic(
      `glass_ms ${mode}: p50 ${at(0.5)}, p95 ${at(0.95)}, of ${ms.length} pictures; ${JSON.stringify(readings)}`
    )
    ok(ms.length >= 30, `${ms.length} pictures with boxes of ${pictures}. ${complaint}`)
    // A machine that has much else to do says nothing about us.
    if (loadavg()[0]! > 4 * availableParallelism()) t.diagnostic(`not judged: the machine's load is ${loadavg()[0]}`)
    else ok(at(0.5) < 1000, `${at(0.5)} ms`)
  })
}
