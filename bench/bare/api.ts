// Forked: api.ts BODY. A Fastify route that answers a ready object, as short as it can be. Says its port.
import type { AddressInfo } from 'node:net'
import fastify from 'fastify'

const body = JSON.parse(process.argv[2] ?? '{}') as object
const server = fastify()
server.get('/camera/status', async () => body)
await server.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`${(server.server.address() as AddressInfo).port}\n`)
process.stdin.resume().on('end', () => process.exit(0))
