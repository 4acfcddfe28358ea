import { createServer, type Socket } from 'node:net'
import { parseArgs } from 'node:util'
import { packetiseNal, unitsOf } from '../test/support/packetise.ts'
import { unitsOfClip } from '../test/support/units-of-clip.ts'

// As many cameras as are asked for: an RTSP server that plays clips in a loop and in real time, each camera at a place of its
// own. `camera-server.ts --port N CLIP…`, then `rtsp://127.0.0.1:N/cam/17`. Says `ready` on standard output.

interface Picture {
  readonly packets: readonly Buffer[]
  readonly isKey: boolean
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string' }, fps: { type: 'string' } }
})
const fps = Number(values.fps ?? 10)
const clips = await Promise.all(positionals.map(picturesOf))

async function picturesOf(path: string): Promise<Picture[]> {
  const units = await unitsOfClip(path)
  return units.map(({ data, isKey }) => {
    const payloads = packetiseNal('h264', unitsOf(data))
    const packets = payloads.map(({ payload, marker }) => {
      const packet = Buffer.alloc(16 + payload.length)
      packet.writeUInt8(0x24, 0)
      packet.writeUInt16BE(12 + payload.length, 2)
      packet.writeUInt8(0x80, 4)
      packet.writeUInt8(96 | (marker ? 0x80 : 0), 5)
      payload.copy(packet, 16)
      return packet
    })
    return { packets, isKey }
  })
}

const description = [
  ...['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=Camera', 't=0 0', 'a=control:*'],
  ...['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=control:video', '']
].join('\r\n')

/** Plays from a key frame on, each camera from another one. */
function play(socket: Socket, camera: number): void {
  const pictures = clips[camera % clips.length]!
  let at = Math.floor((camera * 37) % pictures.length)
  while (!pictures[at]!.isKey) at = (at + 1) % pictures.length
  let [sequence, timestamp] = [1, camera * 1000]
  const timer = setInterval(() => {
    const { packets } = pictures[at]!
    at = (at + 1) % pictures.length
    // A reader that takes nothing loses pictures, as with a camera.
    if (socket.writableLength < 4 << 20) {
      socket.cork()
      for (const packet of packets) {
        packet.writeUInt16BE(sequence++ & 0xffff, 6)
        packet.writeUInt32BE(timestamp >>> 0, 8)
        packet.writeUInt32BE(camera + 1, 12)
        socket.write(Buffer.from(packet))
      }
      socket.uncork()
    }
    timestamp += 90_000 / fps
  }, 1000 / fps)
  socket.on('close', () => clearInterval(timer))
}

const server = createServer(socket => {
  let text = ''
  socket.on('error', () => undefined)
  socket.on('data', chunk => {
    text += chunk.toString('latin1')
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      const head = text.slice(Math.max(0, text.search(/[A-Z_]+ rtsp:/)), end)
      text = text.slice(end + 4)
      const [, method = '', camera = '0'] = /^([A-Z_]+) rtsp:\/\/[^/]+\/cam\/(\d+)/.exec(head) ?? []
      const [, cseq = '0'] = /CSeq: *(\d+)/i.exec(head) ?? []
      const answer = [`RTSP/1.0 200 OK`, `CSeq: ${cseq}`]
      if (method === 'DESCRIBE') answer.push('Content-Type: application/sdp', `Content-Length: ${description.length}`)
      if (method === 'SETUP') answer.push('Session: 1;timeout=600', 'Transport: RTP/AVP/TCP;unicast;interleaved=0-1')
      socket.write(`${answer.join('\r\n')}\r\n\r\n${method === 'DESCRIBE' ? description : ''}`)
      if (method === 'PLAY') play(socket, Number(camera))
    }
  })
})
server.listen(Number(values.port ?? 0), '127.0.0.1', () => process.stdout.write('ready\n'))
process.stdin.resume().on('end', () => process.exit(0))
