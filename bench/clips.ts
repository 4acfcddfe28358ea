import { existsSync } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProgram } from './program.ts'
import { script } from './sightline.ts'
import { repeatClip, scaleClip } from './transcode.ts'

/** What is made for benchmarks and kept. */
export const cache = fileURLToPath(new URL('.cache/', import.meta.url))

export interface ClipsOptions {
  /** The folder of real clips, `SIGHTLINE_CLIPS`; without it simulated ones stand in. */
  readonly folder: string | undefined
  /** Where a clip grows until it is whole: on the cache's own disk. */
  readonly workFolder: string
  /** Short clips. */
  readonly quick: boolean
  readonly report: (line: string) => void
}

/** The clips that the benchmarks name. Those that have to be made are made once and kept in bench/.cache. */
export class Clips {
  readonly kind: 'real' | 'simulated'
  readonly #folder: string | undefined
  readonly #workFolder: string
  readonly #quick: boolean
  readonly #report: (line: string) => void

  constructor({ folder, workFolder, quick, report }: ClipsOptions) {
    this.kind = folder === undefined ? 'simulated' : 'real'
    this.#folder = folder
    this.#workFolder = workFolder
    this.#quick = quick
    this.#report = report
  }

  /** A fixed camera, 768×432 at 10 fps, through whose picture people walk one at a time; 139 s, quick 10 s. */
  async walk(): Promise<string> {
    const whole = this.#folder
      ? join(this.#folder, 'videos/intel_one-by-one-person-detection.mp4')
      : await this.#made('walk', path => simulate(path, { width: 768, height: 432, seconds: 139, activity: 0.6 }))
    return this.#quick ? this.#made('walk-quick', path => repeatClip(whole, path, 10)) : whole
  }

  /** `walk` in 1920×1080, H.264 veryfast, 4 Mb/s, GOP 50. */
  hd(): Promise<string> {
    return this.#made(`hd${this.#suffix}`, async path => scaleClip(await this.walk(), path, 1920, 1080))
  }

  /** A still camera, 1920×1080 at 10 fps, before which something moves in a tenth of the time; 120 s, quick 20 s. */
  still(): Promise<string> {
    const seconds = this.#quick ? 20 : 120
    return this.#made(`still${this.#suffix}`, path =>
      simulate(path, { width: 1920, height: 1080, seconds, activity: 0.1 })
    )
  }

  /** Four cameras, 640×360 at 10 fps, before which something moves in a hundredth of the time; 120 s, quick 30 s. */
  cams(): Promise<string[]> {
    return this.#four('cams', 0.01)
  }

  /** The same, before which somebody moves in nine tenths of the time. */
  busy(): Promise<string[]> {
    return this.#four('busy', 0.9)
  }

  #four(name: string, activity: number): Promise<string[]> {
    const seconds = this.#quick ? 30 : 120
    const seeds = this.#quick ? [1] : [1, 2, 3, 4]
    return Promise.all(
      seeds.map(seed =>
        this.#made(`${name}-${seed}${this.#suffix}`, path =>
          simulate(path, { width: 640, height: 360, seconds, activity, seed })
        )
      )
    )
  }

  /** A still camera as `still`, for 40 s, and when somebody was there, in milliseconds of media time. */
  async watched(): Promise<{ readonly path: string; readonly visits: readonly (readonly [number, number])[] }> {
    const seconds = this.#quick ? 15 : 40
    const path = await this.#made(`watched${this.#suffix}`, made =>
      simulate(made, { width: 1920, height: 1080, seconds, activity: 0.12, seed: 3 })
    )
    const rows = (await readFile(entriesOf(path), 'utf8')).trim().split('\n').slice(1)
    return { path, visits: rows.map(row => row.split(',').slice(3).map(Number) as [number, number]) }
  }

  /** `hd` over and over, into a file of the caller's: an hour of it takes 1.8 GB. */
  async longHd(path: string, seconds: number): Promise<void> {
    const hd = await this.hd()
    this.#report(`repeating hd to ${seconds} s`)
    await repeatClip(hd, path, seconds)
  }

  get #suffix(): string {
    return this.#quick ? '-quick' : ''
  }

  async #made(name: string, make: (path: string) => Promise<void>): Promise<string> {
    const path = join(cache, `${name}-${this.kind}.mp4`)
    if (existsSync(path)) return path
    this.#report(`making ${name}`)
    const partial = join(this.#workFolder, `${name}.mp4`)
    await make(partial)
    await rename(partial, path)
    if (existsSync(entriesOf(partial))) await rename(entriesOf(partial), entriesOf(path))
    return path
  }
}

/** What a simulated clip shows, beside it. */
function entriesOf(path: string): string {
  return `${path}.entries.csv`
}

interface Scene {
  readonly width: number
  readonly height: number
  readonly seconds: number
  /** Share of the time in which something moves. */
  readonly activity: number
  readonly seed?: number
}

async function simulate(path: string, { width, height, seconds, activity, seed = 1 }: Scene): Promise<void> {
  const folder = `${path}.scene`
  const scene = ['--scene', 'entrance', '--activity', activity, '--seconds', seconds, '--fps', 10, '--seed', seed]
  const to = ['--size', `${width}x${height}`, '--out', folder, '--json']
  await runProgram(script('sightline simulate', '../src/cli.ts', 'simulate', ...scene, ...to))
  await rename(join(folder, 'entries.csv'), entriesOf(path))
  await rename(join(folder, 'video.mp4'), path)
  await rm(folder, { recursive: true })
}
