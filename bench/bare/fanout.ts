// Usage: fanout.ts CLIENTS ROUNDS TEXT. One ready string to everybody, as short as it can be.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { Crowd, secondsEach } from '../fanout-crowd.ts'

const [clients = '', rounds = '', text = ''] = process.argv.slice(2)
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
await once(server, 'listening')
await using crowd = new Crowd()
await crowd.open((server.address() as AddressInfo).port, '/', Number(clients))
const frameBytes = text.length + 4
let bytes = 0
const seconds = await secondsEach(
  Number(rounds),
  () => {
    for (const client of server.clients) client.send(text)
  },
  () => crowd.has((bytes += Number(clients) * frameBytes))
)
process.stdout.write(`${JSON.stringify({ seconds })}\n`)
server.close()
