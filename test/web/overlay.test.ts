import { deepStrictEqual, equal } from 'node:assert/strict'
import { after, test } from 'node:test'
import type { DrawnBox } from '../../web/src/live/box-track.ts'
import { trackColour } from '../../web/src/live/track-colour.ts'

/** A canvas of 200 by 100 that writes down in which colour what was drawn. */
function scriptedCanvas() {
  const strokes: string[] = []
  const written: string[] = []
  const nothing = () => undefined
  const context = {
    ...{ strokeStyle: '', fillStyle: '', font: '', globalAlpha: 1, lineWidth: 1 },
    ...{ setTransform: nothing, clearRect: nothing, beginPath: nothing, roundRect: nothing, drawImage: nothing },
    ...{ moveTo: nothing, lineTo: nothing, closePath: nothing, fill: nothing, setLineDash: nothing, scale: nothing },
    measureText: () => ({ width: 40 }),
    fillText: (text: string) => written.push(text),
    stroke: () => strokes.push(context.strokeStyle)
  }
  return {
    canvas: { width: 200, height: 100, getContext: () => context },
    context,
    strokes,
    written
  }
}

const page = globalThis as unknown as Record<string, unknown>
const before = ['document', 'getComputedStyle', 'ResizeObserver', 'devicePixelRatio'].map(
  name => [name, page[name]] as const
)
const styled = { reads: 0, letters: '' }
const fonts = new EventTarget()
page.document = { fonts, documentElement: {}, createElement: () => made.canvas }
page.getComputedStyle = () => {
  styled.reads++
  return { getPropertyValue: (name: string) => (name === '--font' ? styled.letters : '') }
}
page.ResizeObserver = class {
  constructor(told: (entries: readonly unknown[]) => void) {
    told([{ contentRect: { width: 200, height: 100 } }])
  }
  observe() {}
  disconnect() {}
}
page.devicePixelRatio = 1
after(() => {
  for (const [name, value] of before) page[name] = value
})

/** As much of it as is tested: what it is made of are types of browsers, which tests are not checked with. */
interface Drawer {
  draw(boxes: readonly DrawnBox[], regions: object, trails?: readonly object[]): void
  close(): void
}
type Drawers = new (canvas: object, picture: () => { readonly width: number; readonly height: number }) => Drawer
const { Overlay }: { readonly Overlay: Drawers } = await import(
  new URL('../../web/src/live/overlay.ts', import.meta.url).href
)

const made = scriptedCanvas()
const box = (id: number, label: string): DrawnBox => ({
  id,
  label,
  score: 1,
  x: 0.1,
  y: 0.3,
  w: 0.2,
  h: 0.3,
  opacity: 1
})

test('OV1 boxes and trails have the colour of their track, whatever they are', () => {
  const { canvas, strokes } = scriptedCanvas()
  const overlay = new Overlay(canvas, () => ({ width: 200, height: 100 }))
  const points = [
    [0.1, 0.5],
    [0.2, 0.5]
  ] as const
  overlay.draw([box(3, 'person'), box(4, 'person'), box(16, 'car')], {}, [{ id: 4, points }])
  deepStrictEqual(
    strokes,
    [4, 3, 4, 16].map(id => trackColour(id).fill)
  )
  overlay.close()
})

test('OV2 a name is what it is and its number; a long title keeps its begin and its end', () => {
  const { canvas } = scriptedCanvas()
  const overlay = new Overlay(canvas, () => ({ width: 200, height: 100 }))
  made.written.length = 0
  overlay.draw([box(7, 'person')], {
    zones: {
      hall: [
        [0, 0],
        [1, 0],
        [1, 1]
      ]
    },
    titles: { 'zone.hall': `a${'w'.repeat(99)}z` }
  })
  deepStrictEqual(made.written, [`a${'w'.repeat(28)}…${'w'.repeat(17)}z`, 'person 7'])
  overlay.close()
})

test('OV3 names are written in the letters of the page, which are asked for once and again when some come', () => {
  const { canvas } = scriptedCanvas()
  const overlay = new Overlay(canvas, () => ({ width: 200, height: 100 }))
  const shown = (letters: string) => {
    Object.assign(styled, { letters, reads: 0 })
    fonts.dispatchEvent(new Event('loadingdone'))
    for (const id of [1, 2, 3]) overlay.draw([box(id, 'person')], {})
    equal(styled.reads, 1)
    return made.context.font
  }
  equal(shown(' system-ui, sans-serif'), '600 12px system-ui, sans-serif')
  equal(shown('"Inter", sans-serif'), '600 12px "Inter", sans-serif')
  // A page of somebody's own says nothing of them.
  equal(shown(''), '600 12px "Inter", system-ui, sans-serif')
  overlay.close()
})
