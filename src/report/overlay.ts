import type { SKRSContext2D } from '@napi-rs/canvas'
import { type Area, glass, pill } from './label-pill.ts'
import { drawBoxes } from './overlay-boxes.ts'
import { drawLines, drawRegionLabels, drawZones } from './overlay-regions.ts'
import { type OverlayScene, overlaySizes } from './overlay-scene.ts'
import { drawTrails } from './overlay-trails.ts'

/**
 * Draws a scene over a picture of `width`×`height` pixels that is already on the canvas: zones, trails and lines
 * below, boxes over them, text on top. Knows no time and keeps nothing between calls.
 */
export function drawOverlay(context: SKRSContext2D, width: number, height: number, scene: OverlayScene): void {
  const { boxes, zones = [], lines = [], status = [] } = scene
  const sizes = overlaySizes(width, height)
  const taken: Area[] = []
  context.save()
  drawZones(context, sizes, zones)
  drawTrails(context, sizes, boxes)
  drawLines(context, sizes, lines)
  if (status.length > 0) taken.push(drawStatus(context, sizes.fontPx, status))
  drawRegionLabels(context, sizes, zones, lines, taken)
  drawBoxes(context, sizes, boxes, taken)
  context.restore()
}

function drawStatus(context: SKRSContext2D, fontPx: number, [first = '', ...rest]: readonly string[]): Area {
  const runs = [
    { text: first, weight: 700 as const, colour: '#ffffff' },
    ...rest.map(text => ({ text, weight: 500 as const, colour: '#ffffffcc' }))
  ]
  const chip = pill(context, runs, { fontPx, background: glass })
  const margin = Math.round(fontPx * 0.6)
  chip.draw(margin, margin)
  return { left: margin, top: margin, width: chip.width, height: chip.height }
}
