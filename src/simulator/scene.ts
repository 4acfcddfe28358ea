import type { Camera } from './camera.ts'

/** Red, green and blue, 0…255. */
export type Colour = readonly [number, number, number]

/** What somebody wears and looks like. */
export interface Outfit {
  readonly shirt: Colour
  readonly sleeves: Colour
  readonly trousers: Colour
  /** Short trousers show the knee and socks. */
  readonly short: boolean
  readonly socks: Colour
  readonly shoes: Colour
  readonly skin: Colour
  readonly hair: Colour
}

/** Somebody at one moment. */
export interface Person {
  /** From 1, the same through the whole scene. */
  readonly id: number
  readonly role: 'player' | 'goalkeeper' | 'referee' | 'visitor'
  readonly team: 'home' | 'away' | 'none'
  /** Ground point, metres. */
  readonly x: number
  readonly y: number
  /** Direction the body faces, radians from x towards y. */
  readonly heading: number
  readonly speedMps: number
  /** Where in the double step, radians. */
  readonly stride: number
  readonly heightM: number
  readonly outfit: Outfit
}

export interface Ball {
  /** Metres; z is the height of the centre above the ground. */
  readonly x: number
  readonly y: number
  readonly z: number
  /** How far it has rolled, radians. */
  readonly roll: number
}

/** The whole scene at one moment. */
export interface Moment {
  readonly camera: Camera
  readonly people: readonly Person[]
  readonly ball: Ball | undefined
}

/** One frame's moment, and what the shutter saw while it was open: `exposure` ends with the moment itself. */
export interface Shot {
  readonly index: number
  readonly ptsMs: number
  readonly moment: Moment
  readonly exposure: readonly Moment[]
}

export interface FilmOptions {
  readonly fps: number
  readonly frames: number
  /** Moments averaged into one frame; 1 is no motion blur. */
  readonly exposures: number
}

/** A world that moves by itself: `step` advances it by `dt` seconds, `moment` shows it as it is. */
export interface World {
  step(dt: number): void
  moment(): Moment
}

/** Steps are about this long: long enough to be cheap, short enough for stable motion. */
const stepSeconds = 0.02

/** Films a world frame by frame. The first frame is the world as it stands. */
export function* film(world: World, { fps, frames, exposures }: FilmOptions): Generator<Shot> {
  const steps = Math.max(exposures * 2, Math.ceil(1 / fps / stepSeconds))
  const first = world.moment()
  yield { index: 0, ptsMs: 0, moment: first, exposure: [first] }
  for (let index = 1; index < frames; index++) {
    const exposure: Moment[] = []
    for (let step = 1; step <= steps; step++) {
      world.step(1 / fps / steps)
      // A half-open shutter: the second half of the frame's time.
      if (step === steps || (exposures > 1 && step > steps / 2)) exposure.push(world.moment())
    }
    yield { index, ptsMs: (index * 1000) / fps, moment: exposure.at(-1)!, exposure }
  }
}
