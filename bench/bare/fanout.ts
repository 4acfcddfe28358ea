// Forked: fanout.ts CLIENTS TEXT. One ready string to everybody, as short as it can be.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { Crowd } from '../fanout-crowd.ts'
import { answerSide } from '../fanout-side.ts'

const [clients = '', text = ''] = process.argv.slice(2)
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
await once(server, 'listening')
await using crowd = new Crowd()
await crowd.open((server.address() as AddressInfo).port, '/', Number(clients))
const bytes = Number(clients) * (text.length + 4)
await answerSide(
  {},
  () => {
    for (const client of server.clients) client.send(text)
  },
  () => crowd.takes(bytes)
)
server.close()
