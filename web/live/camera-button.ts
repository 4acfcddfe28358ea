import type { StateMessage } from '../../src/contract/live.ts'
import { CameraError, type PublishedCamera, publishCamera } from '../src/live/camera.ts'

/** The stream that a device's camera is sent to. */
export const cameraStream = 'camera'

/** Begins and ends the sending of this device's camera. Shown where the stream is the one for that. */
export class CameraButton {
  readonly #button: HTMLButtonElement
  readonly #complaint: HTMLElement
  readonly #stream: string
  #camera: PublishedCamera | undefined
  #state: StateMessage['state'] = 'connecting'

  constructor(button: HTMLButtonElement, complaint: HTMLElement, stream: string) {
    this.#button = button
    this.#complaint = complaint
    this.#stream = stream
    button.hidden = stream !== cameraStream
    button.addEventListener('click', () => void (this.#camera ? this.#stop() : this.#start()))
  }

  /** What to say in the place of the picture, where it waits for somebody to press the button. */
  get invitation(): string | undefined {
    if (this.#button.hidden || this.#camera || this.#state === 'up') return undefined
    return 'Nobody sends a camera yet. Yours is one press away, and its pictures stay on this server.'
  }

  state({ state }: StateMessage): void {
    this.#state = state
    const isTaken = state === 'up' && !this.#camera
    this.#button.disabled = isTaken
    this.#label(isTaken ? 'A camera is being sent' : undefined)
  }

  close(): void {
    this.#stop()
  }

  async #start(): Promise<void> {
    this.#button.disabled = true
    this.#complain('')
    try {
      this.#camera = await publishCamera(`/whip/${this.#stream}`)
      void this.#camera.ended.then(reason => {
        if (!this.#camera) return
        this.#stop()
        this.#complain(reason)
      })
    } catch (error) {
      this.#complain(error instanceof CameraError ? error.message : String(error))
    }
    this.#button.disabled = false
    this.#label()
  }

  #stop(): void {
    this.#camera?.stop()
    this.#camera = undefined
    this.#label()
  }

  #label(text = this.#camera ? 'Stop the camera' : 'Use this device’s camera'): void {
    this.#button.textContent = text
    this.#button.dataset.on = String(this.#camera !== undefined)
  }

  #complain(sentence: string): void {
    this.#complaint.textContent = sentence
    this.#complaint.hidden = sentence === ''
  }
}
