import { freePort } from './free-port.ts'
import { findGoProgram } from './go-program.ts'
import { startGuarded } from './guarded-program.ts'

/** What is wrong with a way, by toxiproxy's names and units: kB/s, milliseconds, bytes. */
export type Toxic =
  | { readonly type: 'bandwidth'; readonly attributes: { readonly rate: number } }
  | { readonly type: 'latency'; readonly attributes: { readonly latency: number; readonly jitter: number } }
  /** Cut into pieces, with so many microseconds between them. */
  | {
      readonly type: 'slicer'
      readonly attributes: { readonly average_size: number; readonly size_variation: number; readonly delay: number }
    }
  /** Nothing gets through, and after so long the connection is closed; 0 never. */
  | { readonly type: 'timeout'; readonly attributes: { readonly timeout: number } }
  /** The connection is reset after so long. */
  | { readonly type: 'reset_peer'; readonly attributes: { readonly timeout: number } }

/** A way to a server that can be made bad. */
export interface ToxicWay {
  /** On 127.0.0.1. */
  readonly port: number
  /** What comes from the server suffers from this as well, from now on. */
  suffer(toxic: Toxic): Promise<void>
  /** Takes no connections any more, and ends those that there are; or takes them again. */
  open(isOpen: boolean): Promise<void>
  /** Nothing is wrong any more. */
  heal(): Promise<void>
}

export interface Toxiproxy extends AsyncDisposable {
  readonly missing: false
  /** To a port of 127.0.0.1. */
  way(name: string, toPort: number): Promise<ToxicWay>
}

/** Shopify's toxiproxy; built with Go where it is not there yet. Otherwise a sentence that says what is missing. */
export async function startToxiproxy(): Promise<Toxiproxy | { readonly missing: string }> {
  const module = 'github.com/Shopify/toxiproxy/v2'
  const found = findGoProgram({ name: 'toxiproxy-server', module, version: 'v2.12.0', package: `${module}/cmd/server` })
  if ('missing' in found) return found
  const port = await freePort()
  const program = await startGuarded([found.path, '-host', '127.0.0.1', '-port', `${port}`], port)
  const ask = async (method: string, path: string, body?: object): Promise<Readonly<Record<string, unknown>>> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`toxiproxy answers ${method} ${path} with ${answer.status}: ${text}`)
    return text === '' ? {} : JSON.parse(text)
  }
  return {
    missing: false,
    async way(name, toPort) {
      const upstream = `127.0.0.1:${toPort}`
      const { listen } = await ask('POST', '/proxies', { name, upstream, listen: '127.0.0.1:0', enabled: true })
      const toxics: string[] = []
      return {
        port: Number(String(listen).split(':').at(-1)),
        async suffer(toxic) {
          await ask('POST', `/proxies/${name}/toxics`, { ...toxic, name: toxic.type, stream: 'downstream' })
          toxics.push(toxic.type)
        },
        open: async isOpen => void (await ask('POST', `/proxies/${name}`, { enabled: isOpen })),
        async heal() {
          for (const toxic of toxics.splice(0)) await ask('DELETE', `/proxies/${name}/toxics/${toxic}`)
        }
      }
    },
    [Symbol.asyncDispose]: () => program.kill()
  }
}
