import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { type Finding, note, well, wrong } from './finding.ts'

/** Whether `port` can be listened on, or who does. */
export async function lookAtPort(check: string, host: string, port: number, option: string): Promise<Finding> {
  const server = createServer()
  const listening = once(server, 'listening')
  server.listen(port, host)
  try {
    await listening
    return well(check, `${host}:${port} is free.`)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE' && (await isSightline(host, port)))
      return note(check, `A Sightline answers at ${host}:${port} already.`, `For another one, give ${option}.`)
    if (code === 'EADDRINUSE')
      return wrong(check, `Something else listens at ${host}:${port}.`, `End it, or give another port with ${option}.`)
    if (code === 'EACCES')
      return wrong(
        check,
        `This user may not listen at ${host}:${port}.`,
        `Give a port above 1023 with ${option}, and let a proxy or the router lead to it.`
      )
    return wrong(check, `${host}:${port} cannot be listened on: ${message}.`, 'Give an address that this machine has.')
  } finally {
    server.close()
  }
}

/** Whether the ports for media can be had, one by one. */
export async function lookAtUdp(host: string, [first, last]: readonly [number, number]): Promise<Finding> {
  const ports = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
  const taken = (await Promise.all(ports.map(async port => ((await isUdpFree(host, port)) ? [] : [port])))).flat()
  const range = `${first} to ${last}`
  if (taken.length === 0) return well('udp', `UDP ports ${range} are free: ${ports.length} sessions of WebRTC.`)
  const about = `Of the UDP ports ${range}, ${taken.length} are taken: ${taken.slice(0, 5).join(', ')}.`
  const remedy = 'Give others in live.webrtc.ports, and open these in the firewall.'
  return taken.length < ports.length ? note('udp', about, remedy) : wrong('udp', about, remedy)
}

async function isUdpFree(host: string, port: number): Promise<boolean> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  try {
    const listening = once(socket, 'listening')
    socket.bind({ port, address: host, exclusive: true })
    await listening
    return true
  } catch {
    return false
  } finally {
    socket.close()
  }
}

async function isSightline(host: string, port: number): Promise<boolean> {
  const at = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host
  try {
    const answer = await fetch(`http://${at}:${port}/healthz`, { signal: AbortSignal.timeout(2000) })
    return ((await answer.json()) as { status?: unknown }).status === 'alive'
  } catch {
    return false
  }
}
