import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { type Drawing, drawingOf, withTool } from '../../web/src/drawing/drawing-state.ts'

type Handlers = Record<'onPointerDown' | 'onPointerMove' | 'onPointerUp', (event: object) => void>

/** Its types are those of a browser. */
const module = new URL('../../web/src/drawing/use-gestures.ts', import.meta.url).href
const { useGestures }: { useGestures(options: object): { readonly handlers: Handlers } } = await import(module)

test('GE1 a line ends where the mouse is let go, though nothing was painted since it was moved', () => {
  let drawing: Drawing = withTool(drawingOf([]), 'line')
  const onDraw = (change: (before: Drawing) => Drawing) => {
    drawing = change(drawing)
  }
  let handlers: Handlers | undefined
  const Surface = () => {
    const place = { left: 0, top: 0, width: 1600, height: 900 }
    handlers = useGestures({ drawing, onDraw, aspect: 16 / 9, place }).handlers
    return null
  }
  renderToString(createElement(Surface))
  const surface = { setPointerCapture() {}, focus() {}, getBoundingClientRect: () => ({ left: 0, top: 0 }) }
  const at = (clientX: number) => ({
    ...{ button: 0, isPrimary: true, pointerId: 1, pointerType: 'mouse', shiftKey: false, clientX, clientY: 450 },
    currentTarget: surface
  })
  handlers!.onPointerDown(at(160))
  handlers!.onPointerMove(at(800))
  handlers!.onPointerUp(at(1440))
  deepStrictEqual(
    drawing.shapes.map(({ points }) => points),
    [
      [
        [0.1, 0.5],
        [0.9, 0.5]
      ]
    ]
  )
})
