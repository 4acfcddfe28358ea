import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installed } from './debian-packages.ts'
import { freePort } from './free-port.ts'
import { findGo2rtc } from './go2rtc-binary.ts'
import { type GuardedProgram, startGuarded } from './guarded-program.ts'

export interface RtspServer extends GuardedProgram {
  readonly missing: false
  /** Of a stream of this server. */
  url(name: string, login?: string): string
}

type Started = RtspServer | { readonly missing: string }

export interface Login {
  readonly username: string
  readonly password: string
  readonly method: 'basic' | 'digest'
}

/** What a stream shows: a file, once per viewer and in real time. */
export interface ServedClip {
  readonly path: string
  readonly codec: 'h264' | 'h265' | 'jpeg' | 'mpeg4'
}

/** GStreamer's RTSP server, on a free port where none is given; or why there is none. */
export async function startGStreamer(
  clips: Readonly<Record<string, ServedClip>>,
  { login, port: given }: { readonly login?: Login; readonly port?: number } = {}
): Promise<Started> {
  const missing = installed(
    [
      ...['python3-gi', 'gir1.2-gst-rtsp-server-1.0', 'gstreamer1.0-plugins-base'],
      ...['gstreamer1.0-plugins-good', 'gstreamer1.0-plugins-bad']
    ],
    () => spawnSync(debianPython, ['-c', 'import gi; gi.require_version("GstRtspServer", "1.0")']).status === 0
  )
  if (missing) return missing
  const port = given ?? (await freePort())
  const script = fileURLToPath(new URL('gstreamer-server.py', import.meta.url))
  const program = await startGuarded([debianPython, script, JSON.stringify({ port, clips, login })], port)
  return serverOf(program, port)
}

export interface MediaServer extends RtspServer {
  /** Of the same stream over HTTP, as `stream.mp4`, `stream.m3u8`, `frame.jpeg` and so on. */
  httpUrl(name: string, form: string): string
}

/** go2rtc, into which Debian's FFmpeg publishes each clip when somebody looks; or why there is none. */
export async function startGo2rtc(
  clips: Readonly<Record<string, ServedClip>>,
  { port: given }: { readonly port?: number } = {}
): Promise<MediaServer | { readonly missing: string }> {
  const missing = installed(['ffmpeg'], () => spawnSync('ffmpeg', ['-version']).status === 0)
  if (missing) return missing
  const found = findGo2rtc()
  if ('missing' in found) return found
  const [port, httpPort] = [given ?? (await freePort()), await freePort()]
  const folder = mkdtempSync(join(tmpdir(), 'sightline-go2rtc-'))
  // Streams of the same command would be taken for one, of which one viewer gets nothing: hence the title.
  const publish = (name: string, path: string) =>
    `exec:ffmpeg -v error -re -i ${path} -c copy -an -metadata title=${name} -rtsp_transport tcp -f rtsp {output}`
  const settings = {
    ...{ api: { listen: `127.0.0.1:${httpPort}` }, webrtc: { listen: '' }, srtp: { listen: '' } },
    rtsp: { listen: `127.0.0.1:${port}` },
    streams: Object.fromEntries(Object.entries(clips).map(([name, { path }]) => [name, publish(name, path)]))
  }
  writeFileSync(join(folder, 'go2rtc.yaml'), JSON.stringify(settings))
  const program = await startGuarded([found.path, '-c', join(folder, 'go2rtc.yaml')], port)
  const kill = async () => {
    await program.kill()
    rmSync(folder, { recursive: true, force: true })
  }
  const httpUrl = (name: string, form: string) => `http://127.0.0.1:${httpPort}/api/${form}?src=${name}`
  return { ...serverOf({ ...program, kill, [Symbol.asyncDispose]: kill }, port), httpUrl }
}

/** The one that Debian's packages belong to. */
const debianPython = '/usr/bin/python3'

function serverOf(program: GuardedProgram, port: number): RtspServer {
  const url = (name: string, login?: string) => `rtsp://${login ? `${login}@` : ''}127.0.0.1:${port}/${name}`
  return { ...program, missing: false, url }
}
