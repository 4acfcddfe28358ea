// Browsers' cameras that send by WHIP, in a process of their own that can be killed. argv: `PublishersTask` as JSON. What ends is
// begun again. As browsers do, they send a key frame when they are asked for one, and hardly ever else. On standard input:
// `show NAME CLIP` (in another session), `turn NAME CLIP` (in the session that is open). On standard output: `ready`.
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { webrtcPublisher } from '../../support/webrtc-peer.ts'
import { CameraShow, type CameraTask, picturesOf, type ShownPicture } from './camera-show.ts'

export interface PublishersTask {
  /** `http://…/whip` */
  readonly whip: string
  readonly cameras: Readonly<Record<string, CameraTask>>
}

const betweenMs = 500
const lookMs = 50
const patienceMs = 5000

const { whip, cameras } = JSON.parse(process.argv[2]!) as PublishersTask
const clips = new Map<string, Promise<ShownPicture[]>>()
for (const { clips: shown } of Object.values(cameras))
  for (const clip of shown) if (!clips.has(clip.path)) clips.set(clip.path, picturesOf(clip))

class Publisher {
  readonly #name: string
  readonly #task: CameraTask
  #clip = 0
  #show: CameraShow | undefined
  #isOver = false

  constructor(name: string, task: CameraTask) {
    this.#name = name
    this.#task = task
  }

  /** One session. */
  async publish(): Promise<void> {
    this.#isOver = false
    const { path, codec } = this.#task.clips[this.#clip]!
    await using publisher = await webrtcPublisher({ codec: codec === 'vp8' ? 'VP8' : 'H264' })
    const { status, headers, text } = await this.#offer(publisher.offer)
    if (status !== 201) return
    await Promise.race([publisher.take(text), pause(patienceMs).then(() => Promise.reject(new Error('no way')))])
    const way = (kind: 'rtp' | 'rtcp', packet: Buffer) => kind === 'rtp' && publisher.send(packet)
    using show = new CameraShow(this.#task, { codec, pictures: await clips.get(path)! }, way)
    this.#show = show
    let answered = publisher.keysAsked()
    while (!this.#isOver && publisher.peer.connectionState === 'connected') {
      await pause(lookMs)
      if (publisher.keysAsked() > answered) show.restart()
      answered = publisher.keysAsked()
    }
    this.#show = undefined
    if (this.#isOver) await fetch(new URL(headers.get('location')!, whip), { method: 'DELETE' })
  }

  show(clip: number): void {
    this.#clip = clip
    this.#isOver = true
  }

  async turn(clip: number): Promise<void> {
    this.#clip = clip
    this.#show?.turnTo(await clips.get(this.#task.clips[clip]!.path)!)
  }

  async #offer(body: string) {
    const headers = { 'content-type': 'application/sdp' }
    const answer = await fetch(`${whip}/${this.#name}`, { method: 'POST', headers, body })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
}

const publishers = new Map(Object.entries(cameras).map(([name, task]) => [name, new Publisher(name, task)]))
createInterface(process.stdin)
  .on('line', line => {
    const [word, name = '', clip] = line.split(' ')
    if (word === 'show') publishers.get(name)?.show(Number(clip))
    if (word === 'turn') void publishers.get(name)?.turn(Number(clip))
  })
  .on('close', () => process.exit(0))
await Promise.all(clips.values())
process.stdout.write('ready\n')
await Promise.all(
  [...publishers.values()].map(async publisher => {
    for (;;) {
      await publisher.publish().catch(() => undefined)
      await pause(betweenMs)
    }
  })
)
