import type { FrameTruth } from './ground-truth.ts'
import type { Person, Shot } from './scene.ts'

export interface SequenceFacts {
  readonly name: string
  readonly fps: number
  readonly frames: number
  readonly width: number
  readonly height: number
}

/** Somebody's time in the picture: what a surveillance system must not miss. */
export interface Entry {
  readonly id: number
  firstFrame: number
  lastFrame: number
}

/** The video's header in MOT Challenge's layout. */
export function seqinfo({ name, fps, frames, width, height }: SequenceFacts): string {
  return `[Sequence]\nname=${name}\nimDir=img1\nframeRate=${fps}\nseqLength=${frames}\nimWidth=${width}\nimHeight=${height}\nimExt=.jpg\n`
}

export const positionsHeader = 'frame,time_ms,id,role,team,x_m,y_m,speed_mps,in_picture\n'
export const ballHeader = 'frame,time_ms,x_m,y_m,z_m,u_px,v_px,visible\n'
export const entriesHeader = 'id,first_frame,last_frame,first_ms,last_ms\n'

/** MOT Challenge's ground truth: frame from 1, id, left, top, width, height in pixels, considered, class (1 is a pedestrian), visibility. */
export function motRows({ index }: Shot, { people }: FrameTruth): string {
  return people
    .map(
      ({ person, box, visibility }) =>
        `${index + 1},${person.id},${box.x.toFixed(2)},${box.y.toFixed(2)},${box.w.toFixed(2)},${box.h.toFixed(2)},1,1,${visibility.toFixed(3)}\n`
    )
    .join('')
}

/** Where everybody is, in the picture or not. */
export function positionRows({ index, ptsMs, moment }: Shot, truth: FrameTruth): string {
  const inPicture = new Set(truth.people.map(({ person }) => person.id))
  const row = ({ id, role, team, x, y, speedMps }: Person) =>
    `${index + 1},${ptsMs.toFixed(3)},${id},${role},${team},${x.toFixed(4)},${y.toFixed(4)},${speedMps.toFixed(3)},${inPicture.has(id) ? 1 : 0}\n`
  return moment.people.map(row).join('')
}

/** Ground metres to pixels, row by row. */
export function homographyLine({ index, ptsMs }: Shot, { homography }: FrameTruth): string {
  return `${JSON.stringify({ frame: index + 1, timeMs: ptsMs, homography })}\n`
}

export function ballRow({ index, ptsMs }: Shot, { ball: truth }: FrameTruth): string {
  if (!truth) return ''
  const { ball, u, v, visible } = truth
  return `${index + 1},${ptsMs.toFixed(3)},${ball.x.toFixed(4)},${ball.y.toFixed(4)},${ball.z.toFixed(4)},${u.toFixed(2)},${v.toFixed(2)},${visible ? 1 : 0}\n`
}

/** Keeps who came into the picture when; coming back is a new entry. */
export class EntryLog {
  readonly entries: Entry[] = []
  readonly #open = new Map<number, Entry>()

  add({ index }: Shot, { people }: FrameTruth): void {
    const seen = new Set(people.map(({ person }) => person.id))
    for (const id of this.#open.keys()) if (!seen.has(id)) this.#open.delete(id)
    for (const id of seen) {
      const open = this.#open.get(id)
      if (open) open.lastFrame = index + 1
      else {
        const entry = { id, firstFrame: index + 1, lastFrame: index + 1 }
        this.#open.set(id, entry)
        this.entries.push(entry)
      }
    }
  }

  rows(fps: number): string {
    const ms = (frame: number) => (((frame - 1) * 1000) / fps).toFixed(3)
    return this.entries
      .map(({ id, firstFrame, lastFrame }) => `${id},${firstFrame},${lastFrame},${ms(firstFrame)},${ms(lastFrame)}\n`)
      .join('')
  }
}
