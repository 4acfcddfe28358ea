// Cameras that speak RTSP, in a process of their own that can be killed. argv: `CamerasTask` as JSON. On standard input:
// `show NAME CLIP` (ends its connections, as a camera does that is set anew), `turn NAME CLIP` (on open connections, as one does
// that turns to another size), `hold` (no more pictures), `count`. On standard output: `ready`, and `counts JSON`: by camera, the
// pictures sent on each of its connections.
import { createSocket } from 'node:dgram'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { CameraShow, type CameraTask, descriptionOf, picturesOf, type Way } from './camera-show.ts'
import { SeededChance } from './seeded-chance.ts'

export interface CamerasTask {
  readonly host: string
  readonly port: number
  readonly cameras: Readonly<Record<string, CameraTask>>
}

const { host, port, cameras } = JSON.parse(process.argv[2]!) as CamerasTask
const clips = new Map<string, ReturnType<typeof picturesOf>>()
for (const { clips: shown } of Object.values(cameras))
  for (const clip of shown) if (!clips.has(clip.path)) clips.set(clip.path, picturesOf(clip))
const loaded = new Map(await Promise.all([...clips].map(async ([path, pictures]) => [path, await pictures] as const)))

const shown = new Map<string, number>()
const open = new Map<Socket, string>()
/** Whoever connects from then on gets nothing either. */
let isHeld = false
const shows: { readonly camera: string; readonly show: CameraShow }[] = []

const server = createServer(socket => {
  let text = ''
  let way: Way = interleaved(socket)
  const ending = new DisposableStack()
  socket.on('error', () => undefined)
  socket.on('close', () => {
    open.delete(socket)
    ending.dispose()
  })
  socket.on('data', chunk => {
    text += chunk.toString('latin1')
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      const head = text.slice(Math.max(0, text.search(/[A-Z_]+ rtsp:/)), end)
      text = text.slice(end + 4)
      const [, method = '', name = ''] = /^([A-Z_]+) rtsp:\/\/[^/]+\/([a-z0-9-]+)/.exec(head) ?? []
      const [, cseq = '0'] = /CSeq: *(\d+)/i.exec(head) ?? []
      const task = cameras[name]
      if (task?.fault === 'silent') return
      const say = (status: number, headers: readonly string[] = [], body = '') =>
        socket.write(`${[`RTSP/1.0 ${status} Said`, `CSeq: ${cseq}`, ...headers].join('\r\n')}\r\n\r\n${body}`)
      if (!task || task.fault === 'missing') {
        say(404)
        continue
      }
      open.set(socket, name)
      const clip = task.clips[shown.get(name) ?? 0]!
      if (method === 'DESCRIBE') {
        const description = descriptionOf(clip.codec)
        say(200, ['Content-Type: application/sdp', `Content-Length: ${description.length}`], description)
      } else if (method === 'SETUP') {
        const [, client] = /client_port=(\d+)/.exec(head) ?? []
        if (client) {
          const datagrams = ending.adopt(createSocket('udp4'), one => one.close())
          way = lossy(datagrams, Number(client), socket.remoteAddress!, task.loss ?? 0)
        }
        const transport = client
          ? `RTP/AVP;unicast;client_port=${client}-${Number(client) + 1}`
          : 'RTP/AVP/TCP;unicast;interleaved=0-1'
        say(200, ['Session: 1;timeout=60', `Transport: ${transport}`])
      } else {
        say(200)
        if (method !== 'PLAY') continue
        const slow = task.bytesPerSecond
        const along = slow === undefined ? way : ending.use(narrow(way, slow)).way
        const show = ending.use(new CameraShow(task, { codec: clip.codec, pictures: loaded.get(clip.path)! }, along))
        show.isHeld = isHeld
        shows.push({ camera: name, show })
      }
    }
  })
})

/** A reader that takes nothing loses pictures, as with a camera. */
function interleaved(socket: Socket): Way {
  const write = (kind: 'rtp' | 'rtcp', packet: Buffer) => {
    const head = Buffer.from([0x24, kind === 'rtp' ? 0 : 1, packet.length >> 8, packet.length & 255])
    socket.write(Buffer.concat([head, packet]))
  }
  return Object.assign(write, { isFull: () => socket.writableLength > 8 << 20 })
}

function lossy(socket: ReturnType<typeof createSocket>, to: number, address: string, loss: number): Way {
  const chance = new SeededChance(11)
  return (kind, packet) => {
    if (chance.below(10_000) < loss * 10_000) return
    socket.send(packet, kind === 'rtp' ? to : to + 1, address, () => undefined)
  }
}

/** A picture that would wait for more than half a second is left out, as by cameras. */
function narrow(way: Way, bytesPerSecond: number): Disposable & { readonly way: Way } {
  const waiting: { readonly kind: 'rtp' | 'rtcp'; readonly packet: Buffer }[] = []
  let [bytes, credit, atMs] = [0, 0, performance.now()]
  let [taken, isTaken] = [-1, true]
  const timer = setInterval(() => {
    const nowMs = performance.now()
    credit = Math.min(bytesPerSecond / 10, credit + ((nowMs - atMs) * bytesPerSecond) / 1000)
    atMs = nowMs
    while (waiting.length > 0 && waiting[0]!.packet.length <= credit) {
      const { kind, packet } = waiting.shift()!
      credit -= packet.length
      bytes -= packet.length
      way(kind, packet)
    }
  }, 10)
  return {
    way(kind, packet) {
      const timestamp = packet.readUInt32BE(4)
      if (kind === 'rtp' && timestamp !== taken) isTaken = bytes <= bytesPerSecond / 2
      if (kind === 'rtp') taken = timestamp
      if (!isTaken) return
      bytes += packet.length
      waiting.push({ kind, packet })
    },
    [Symbol.dispose]: () => clearInterval(timer)
  }
}

createInterface(process.stdin)
  .on('line', line => {
    const [word, name = '', clip] = line.split(' ')
    if (word === 'hold') {
      isHeld = true
      for (const { show } of shows) show.isHeld = true
    }
    if (word === 'count') {
      const counts = Object.fromEntries(Object.keys(cameras).map(camera => [camera, [] as number[]]))
      for (const { camera, show } of shows) counts[camera]!.push(show.sent)
      process.stdout.write(`counts ${JSON.stringify(counts)}\n`)
    }
    if (word === 'show' || word === 'turn') shown.set(name, Number(clip))
    if (word === 'turn') {
      const { path } = cameras[name]!.clips[Number(clip)]!
      for (const { camera, show } of shows) if (camera === name) show.turnTo(loaded.get(path)!)
    }
    if (word === 'show') {
      for (const [socket, camera] of open) if (camera === name) socket.destroy()
    }
  })
  .on('close', () => process.exit(0))
server.listen(port, host, () => process.stdout.write('ready\n'))
