import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { after, before, test } from 'node:test'
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { LocalCertificates } from '../../../src/api/https/local-certificates.ts'
import { DirectDialler, type DirectDiallerOptions } from '../../../src/media/sources/direct-dialler.ts'
import { RtspSource } from '../../../src/media/sources/rtsp/rtsp-source.ts'
import { rtpPacket } from '../../support/packetise.ts'
import { interleaved, type ScriptedCamera, scriptedCamera } from '../../support/scripted-camera.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const never = new AbortController().signal
const usual = getCACertificates()
const parts = new AsyncDisposableStack()
let certificates: LocalCertificates

before(async () => {
  const folder = parts.use(await temporaryFolder())
  certificates = parts.use(
    await LocalCertificates.open(folder.path, {
      names: () => ({ names: ['localhost'], addresses: ['127.0.0.1'] }),
      log: { warn: () => undefined }
    })
  )
})
after(async () => {
  setDefaultCACertificates(usual)
  await parts.disposeAsync()
})

/** The camera behind TLS; its port. */
async function encrypted(camera: ScriptedCamera) {
  const server = createServer(certificates.current, socket => {
    const plain = connect(camera.port, '127.0.0.1')
    socket.on('error', () => plain.destroy()).pipe(plain)
    plain.on('error', () => socket.destroy()).pipe(socket)
  }).listen(0, '127.0.0.1')
  server.on('tlsClientError', () => undefined)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, [Symbol.asyncDispose]: async () => void server.close() }
}

const open = (host: string, port: number, options: DirectDiallerOptions = {}) =>
  new RtspSource(`rtsps://${host}:${port}/live`, {
    transport: 'tcp',
    dialler: new DirectDialler({ resolve: async () => ['127.0.0.1'], ...options })
  }).connect(never)

async function playing() {
  const idr = { payload: Buffer.from('6588840a', 'hex'), marker: true }
  return scriptedCamera({
    PLAY: ({ socket }) => {
      setImmediate(() => socket.write(interleaved(0, rtpPacket(idr, { number: 1, timestamp: 1 }))))
      return { status: 200 }
    }
  })
}

test('RT1 pictures come over TLS from who can prove its name', async () => {
  setDefaultCACertificates([...usual, certificates.authority])
  await using camera = await playing()
  await using tls = await encrypted(camera)
  await using connection = await open('localhost', tls.port)
  const { value } = await connection.units().next()
  strictEqual(value?.isKey, true)
})

for (const [rule, host, authority] of [
  ['RT2 who proves another name', 'camera.example', true],
  ['RT3 whom nobody vouches for', 'localhost', false]
] as const) {
  test(`${rule} is told nothing, unless it was said not to look`, async () => {
    setDefaultCACertificates(authority ? [...usual, certificates.authority] : usual)
    await using camera = await playing()
    await using tls = await encrypted(camera)
    await rejects(open(host, tls.port), { code: 'SL_INPUT_NETWORK' })
    deepStrictEqual(camera.requests, [])
    await using connection = await open(host, tls.port, { verifyTls: false })
    strictEqual((await connection.units().next()).value?.isKey, true)
  })
}

test('RT4 a password that was given for an encrypted address does not leave by a redirect to an open one', async () => {
  const challenge = { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="x"' } }
  await using bare = await scriptedCamera({ DESCRIBE: () => challenge })
  await using camera = await scriptedCamera({
    DESCRIBE: (_, nth) => (nth === 1 ? challenge : { status: 302, headers: { Location: bare.url } })
  })
  await using tls = await encrypted(camera)
  const source = new RtspSource(`rtsps://admin:pass@127.0.0.1:${tls.port}/live`, {
    transport: 'tcp',
    dialler: new DirectDialler({ verifyTls: false })
  })
  await rejects(source.connect(never), { code: 'SL_INPUT_UNAUTHORISED' })
  const areAuthorised = ({ requests }: ScriptedCamera) => requests.map(({ headers }) => headers.has('authorization'))
  deepStrictEqual([areAuthorised(camera), areAuthorised(bare)], [[false, true], [false]])
})
