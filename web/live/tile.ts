import type { ClockMessage, EventMessage, StateMessage, TracksMessage } from '../../src/contract/live.ts'
import { LiveView, type ViewReadings } from '../src/live/live-view.ts'
import type { PlayoutMode } from '../src/live/playout.ts'
import { CameraButton } from './camera-button.ts'
import { LineCounts } from './line-counts.ts'

const wayNames = { whep: 'WebRTC', fragments: 'over WebSocket', mjpeg: 'single pictures' } as const
const stateNames = {
  connecting: 'connecting',
  up: 'live',
  waiting: 'down',
  paused: 'paused',
  failed: 'failed'
} as const

/** One stream on the page: picture, boxes, how it is, and what it counted. */
export class Tile {
  readonly element: HTMLElement
  readonly #view: LiveView
  readonly #counts = new LineCounts()
  readonly #camera: CameraButton
  #state: StateMessage
  #isPlaying = false
  #isSeen = false
  #why = ''

  constructor(state: StateMessage, mode: PlayoutMode, onSession: (session: string | undefined) => void) {
    const template = document.querySelector<HTMLTemplateElement>('#tile')!
    this.element = template.content.firstElementChild!.cloneNode(true) as HTMLElement
    this.element.dataset.stream = state.stream
    this.#state = state
    const video = this.#part<HTMLVideoElement>('video')
    video.setAttribute('aria-label', state.title)
    video.muted = true // A template's attribute does not mute, and what is not muted does not play by itself.
    video.addEventListener('playing', () => this.#seen())
    this.#view = new LiveView({
      stream: state.stream,
      mode,
      video,
      picture: this.#part('.motion'),
      canvas: this.#part('canvas'),
      onSession,
      onWay: (way, reason) => {
        this.#why = reason
        this.#isPlaying = way === 'mjpeg' || (way !== undefined && video.readyState >= 2)
        this.#describe()
      }
    })
    this.#camera = new CameraButton(this.#part('.camera'), this.#part('.complaint'), state.stream)
    this.state(state)
  }

  get title(): string {
    return this.#state.title
  }

  set mode(mode: PlayoutMode) {
    this.#view.mode = mode
  }

  /** Shown to somebody, or scrolled away: then it costs nothing. */
  set isSeen(isSeen: boolean) {
    this.#isSeen = isSeen
    this.#play()
  }

  state(state: StateMessage): void {
    this.#state = state
    this.#counts.lines(Object.keys(state.lines ?? {}))
    this.#view.state(state)
    this.#camera.state(state)
    this.#play()
    this.#count()
    this.#describe()
  }

  tracks(message: TracksMessage): void {
    this.#view.tracks(message)
  }

  clock(message: ClockMessage): void {
    this.#view.clock(message)
  }

  event({ event }: EventMessage): void {
    if (this.#counts.add(event)) this.#count()
  }

  /** Once a second. */
  tellReadings(): void {
    this.#part('.readings').textContent = this.#state.state === 'up' ? sentence(this.#view.readings, this.#state) : ''
  }

  close(): void {
    this.#view.close()
    this.#camera.close()
    this.element.remove()
  }

  #play(): void {
    // A stream that is down keeps its viewing: it goes on by itself.
    if (!this.#isSeen) this.#view.stop()
    else if (this.#state.state === 'up') this.#view.start()
  }

  #seen(): void {
    this.#isPlaying = true
    this.#describe()
  }

  #count(): void {
    const { notes } = this.#counts
    const { lines, zones, titles } = this.#state
    this.#view.regions({ lines, zones, titles, lineNotes: notes })
    const counts = this.#part('.counts')
    counts.hidden = Object.keys(notes).length === 0
    counts.textContent = Object.values(notes).join('   ')
  }

  #describe(): void {
    const { title, state, reason, transcoded, notice = '' } = this.#state
    this.#part('.title').textContent = title
    const badge = this.#part('.state')
    badge.textContent = this.#camera.invitation === undefined ? stateNames[state] : 'waiting for you'
    badge.dataset.state = state
    const remark = this.#part('.remark')
    remark.textContent = [notice, transcoded ? `Shown in another encoding: ${transcoded}` : ''].join(' ').trim()
    remark.hidden = remark.textContent === ''
    const isClear = state === 'up' && this.#isPlaying
    this.#part('.veil').dataset.clear = String(isClear)
    this.#part('.veil-text').textContent = isClear ? '' : (this.#camera.invitation ?? reason ?? this.#waitingFor(state))
  }

  #waitingFor(state: StateMessage['state']): string {
    if (state === 'paused') return 'This stream rests.'
    if (state === 'up') return this.#why || 'Waiting for the picture…'
    return 'Waiting for the stream…'
  }

  #part<Kind extends HTMLElement>(selector: string): Kind {
    return this.element.querySelector<Kind>(selector)!
  }
}

function sentence({ way, behindMs, boxesMs, heldMs }: ViewReadings, { width, height }: StateMessage): string {
  if (way === undefined) return 'No picture at the moment.'
  const size = width && height ? `${width} × ${height}` : ''
  const behind = way !== 'mjpeg' && behindMs !== undefined ? `${Math.round(behindMs)} ms behind` : ''
  const boxes = way !== 'mjpeg' && boxesMs > 0 ? `boxes within ${Math.round(boxesMs)} ms` : ''
  const held = heldMs > 0 ? `picture held ${heldMs} ms for them` : ''
  return [wayNames[way], size, behind, boxes, held].filter(Boolean).join(' · ')
}
