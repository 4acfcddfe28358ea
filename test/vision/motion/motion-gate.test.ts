import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { requestBytes } from '../../../src/core/fit.ts'
import { MotionGate, type MotionGateOptions } from '../../../src/vision/motion/motion-gate.ts'
import { drawScene, type LumaScene } from '../../support/luma-scene.ts'

type Scene = Omit<LumaScene, 'width' | 'height'>

/** Times at which the gate was open, in milliseconds. */
function opened(scene: Scene, untilMs: number, stepMs = 100, options: Partial<MotionGateOptions> = {}): number[] {
  const gate = new MotionGate(options)
  const times: number[] = []
  for (let ptsMs = 0; ptsMs <= untilMs; ptsMs += stepMs) {
    const picture = drawScene({ noise: 2, ...scene, width: gate.request.width, height: gate.request.height }, ptsMs)
    if (gate.decide(picture, ptsMs) === 'detect') times.push(ptsMs)
  }
  return times
}

const still: { rule: string; scene: Scene }[] = [
  { rule: 'MG1 a still scene is seen at the start and every 5 s', scene: {} },
  { rule: 'MG2 noise of a cheap sensor keeps it shut', scene: { noise: 6 } },
  { rule: 'MG3 dusk keeps it shut', scene: { light: ptsMs => 1 - ptsMs / 30_000 } },
  {
    rule: 'MG4 somebody who stands and breathes keeps it shut',
    scene: { things: ptsMs => [{ box: { x: 0.4 + 0.001 * Math.sin(ptsMs / 500), y: 0.3, w: 0.1, h: 0.5 }, luma: 40 }] }
  },
  {
    rule: 'MG5 a camera that trembles by half a pixel keeps it shut',
    scene: { sway: ptsMs => [0.5 * Math.sin(ptsMs / 300), 0.2 * Math.sin(ptsMs / 200)] }
  }
]
for (const { rule, scene } of still) {
  test(rule, () => deepStrictEqual(opened(scene, 15_000), [0, 5_000, 10_000, 15_000]))
}

/** A square of 1 % of the frame's height², in the frame's normalised units. */
const side = 0.1
const sideAcross = (side * 9) / 16

const moving: { rule: string; scene: Scene; fromMs: number; withinMs: number }[] = [
  {
    rule: 'MG10 an object of 1 % of the height squared opens it at once',
    scene: { things: ptsMs => (ptsMs < 2_000 ? [] : [{ box: { x: 0.5, y: 0.5, w: sideAcross, h: side }, luma: 70 }]) },
    fromMs: 2_000,
    withinMs: 0
  },
  {
    rule: 'MG11 such an object that leaves opens it at once',
    scene: { things: ptsMs => (ptsMs > 2_000 ? [] : [{ box: { x: 0.5, y: 0.5, w: sideAcross, h: side }, luma: 70 }]) },
    fromMs: 2_100,
    withinMs: 0
  },
  {
    rule: 'MG12 somebody who comes in at the edge opens it within two columns of pixels',
    scene: { things: ptsMs => [{ box: { x: -0.1 + (ptsMs - 2_000) / 20_000, y: 0.3, w: 0.1, h: 0.5 }, luma: 40 }] },
    fromMs: 2_000,
    withinMs: 300
  },
  {
    rule: 'MG13 somebody who comes in while the light falls opens it',
    scene: {
      light: ptsMs => 1 - ptsMs / 60_000,
      things: ptsMs => [{ box: { x: -0.1 + (ptsMs - 2_000) / 20_000, y: 0.3, w: 0.1, h: 0.5 }, luma: 30 }]
    },
    fromMs: 2_000,
    withinMs: 300
  }
]
for (const { rule, scene, fromMs, withinMs } of moving) {
  test(rule, () => {
    const first = opened(scene, fromMs + withinMs).filter(ptsMs => ptsMs > 0)[0]
    ok(first !== undefined && first >= fromMs, `opened at ${first} ms`)
  })
}

test('MG14 who creeps at a pixel a second is never carried for more than two pixels', () => {
  const x = (ptsMs: number) => 0.2 + ptsMs / 160_000
  const times = opened({ things: ptsMs => [{ box: { x: x(ptsMs), y: 0.3, w: 0.1, h: 0.5 }, luma: 40 }] }, 12_000)
  for (let i = 1; i < times.length; i++) ok(x(times[i]!) - x(times[i - 1]!) <= 2 / 160, `carried to ${times[i]} ms`)
})

test('MG15 it stays open for the time given after the last motion', () => {
  const scene: Scene = {
    things: ptsMs => (ptsMs < 2_000 ? [] : [{ box: { x: 0.5, y: 0.4, w: 0.1, h: 0.4 }, luma: 40 }])
  }
  deepStrictEqual(opened(scene, 4_000, 100, { holdMs: 300 }), [0, 2_000, 2_100, 2_200, 2_300])
})

test('MG16 it needs no fixed frame rate: once a second it opens for the same motion', () => {
  const scene: Scene = {
    things: ptsMs => (ptsMs < 3_000 ? [] : [{ box: { x: 0.5, y: 0.4, w: 0.1, h: 0.4 }, luma: 40 }])
  }
  deepStrictEqual(opened(scene, 4_000, 1_000, { holdMs: 0 }), [0, 3_000])
})

test('MG17 leaves that flutter all the time keep it open at first, then shut', () => {
  const things: Scene['things'] = ptsMs =>
    Array.from({ length: 12 }, (_, i) => ({
      box: { x: 0.05 * i, y: 0.1 + 0.01 * ((Math.round(ptsMs / 100) * 7 + i * 3) % 5), w: 0.02, h: 0.03 },
      luma: 130
    }))
  const times = opened({ things }, 40_000)
  const share = (fromMs: number, toMs: number) =>
    times.filter(ptsMs => ptsMs >= fromMs && ptsMs < toMs).length / ((toMs - fromMs) / 100)
  ok(share(20_000, 40_000) < 0.2, `open for ${share(20_000, 40_000)} of the time`)
})

test('MG18 a time that runs backwards begins anew', () => {
  const gate = new MotionGate()
  const picture = new Uint8Array(requestBytes(gate.request))
  strictEqual(gate.decide(picture, 1_000), 'detect')
  strictEqual(gate.decide(picture, 1_040), 'unchanged')
  strictEqual(gate.decide(picture, 0), 'detect')
  deepStrictEqual(gate.snapshot(), { detect: 2, unchanged: 1, motion: 0, hold: 0, reconfirm: 2 })
})

test('MG19 options out of range are refused by name', () => {
  throws(() => new MotionGate({ holdMs: -1 }), { code: 'SL_OPTION_INVALID', message: /holdMs is -1/ })
})

test('MG20 it is still while neither motion nor the time it is held for has it open; a look to confirm is no motion', () => {
  const gate = new MotionGate()
  const { width, height } = gate.request
  const things = (ptsMs: number) => (ptsMs === 6_000 ? [{ box: { x: 0.4, y: 0.3, w: 0.2, h: 0.4 }, luma: 40 }] : [])
  const restless: number[] = []
  for (let ptsMs = 0; ptsMs <= 8_000; ptsMs += 500) {
    gate.decide(drawScene({ width, height, noise: 2, things }, ptsMs), ptsMs)
    if (!gate.isStill) restless.push(ptsMs)
  }
  deepStrictEqual(restless, [6_000, 6_500, 7_000])
})

test('MG21 what a picture resembles is asked without a trace: the next decision is the same', () => {
  const [asked, unasked] = [new MotionGate(), new MotionGate()]
  const { width, height } = asked.request
  const empty = (ptsMs: number) => drawScene({ width, height, noise: 2 }, ptsMs)
  const things = () => [{ box: { x: 0.4, y: 0.3, w: 0.2, h: 0.4 }, luma: 40 }]
  const somebody = drawScene({ width, height, noise: 2, things }, 0)
  for (let ptsMs = 0; ptsMs <= 4_000; ptsMs += 100) {
    strictEqual(asked.decide(empty(ptsMs), ptsMs), unasked.decide(empty(ptsMs), ptsMs))
    deepStrictEqual([asked.resembles(empty(ptsMs + 50)), asked.resembles(somebody)], [true, false])
  }
  strictEqual(asked.decide(somebody, 4_100), unasked.decide(somebody, 4_100))
  deepStrictEqual(asked.snapshot(), unasked.snapshot())
})

test('MG22 a look that only confirms waits while the detector is busy, but not for longer than as long again', () => {
  const gate = new MotionGate()
  const picture = new Uint8Array(requestBytes(gate.request))
  const opened: number[] = []
  for (let ptsMs = 0; ptsMs <= 20_000; ptsMs += 1000)
    if (gate.decide(picture, ptsMs, ptsMs < 12_000) === 'detect') opened.push(ptsMs)
  deepStrictEqual(opened, [0, 10_000, 15_000, 20_000])
})

test('MG23 motion does not wait for a busy detector', () => {
  const gate = new MotionGate()
  const { width, height } = gate.request
  const things = [{ box: { x: 0.4, y: 0.3, w: 0.2, h: 0.4 }, luma: 40 }]
  gate.decide(drawScene({ width, height, noise: 2, things: () => [] }, 0), 0, true)
  strictEqual(gate.decide(drawScene({ width, height, noise: 2, things: () => things }, 100), 100, true), 'detect')
})
