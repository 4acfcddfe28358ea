import type { DtlsServer } from 'werift'

const headBytes = 13
const alertType = 21
const version = 0xfefd
/** Of the first keys of a connection, which here are its only ones. */
const keyedEpoch = 1
/** Beyond every record of a handshake: under one number, nothing may be encrypted twice. */
const goodbyeNumber = 2 ** 20
const warning = 1
const fatal = 2
const closeNotify = 0
const userCanceled = 90

/** What encrypts and decrypts the records of a connection. */
type Keys = Pick<DtlsServer['cipher'], 'cipher' | 'sessionType'>

/** Who wants it to end: browsers take an end that nobody here asked for as the loss that it is, and say so at once. */
export type EndedBy = 'peer' | 'us'

/**
 * Says that nothing more comes, for a connection whose handshake is done; each has one goodbye. A peer that wants to end is
 * answered in kind (`close_notify`, RFC 5246 §7.2.1): browsers close the transport and call the connection connected.
 * Any other is told in a way that ends the connection itself (RFC 7675 §5.2).
 */
export function writeGoodbye({ cipher, sessionType }: Keys, endedBy: EndedBy): Buffer {
  const head = { type: alertType, version, epoch: keyedEpoch, sequenceNumber: goodbyeNumber }
  const alert = endedBy === 'peer' ? [warning, closeNotify] : [fatal, userCanceled]
  const body = cipher.encrypt(sessionType, Buffer.from(alert), head)
  const record = Buffer.alloc(headBytes)
  record[0] = alertType
  record.writeUInt16BE(version, 1)
  record.writeUInt16BE(keyedEpoch, 3)
  record.writeUIntBE(goodbyeNumber, 5, 6)
  record.writeUInt16BE(body.length, 11)
  return Buffer.concat([record, body])
}

/** The records of a datagram (RFC 6347 §4.1), the alerts among them apart: werift believes whoever sends one. */
export function partAlerts(datagram: Buffer): { readonly alerts: readonly Buffer[]; readonly rest: Buffer } {
  const alerts: Buffer[] = []
  const others: Buffer[] = []
  for (let at = 0; at + headBytes <= datagram.length; ) {
    const end = at + headBytes + datagram.readUInt16BE(at + 11)
    if (end > datagram.length) break
    const isAlert = datagram[at] === alertType
    ;(isAlert ? alerts : others).push(datagram.subarray(at, end))
    at = end
  }
  return { alerts, rest: others.length === 1 ? others[0]! : Buffer.concat(others) }
}

/**
 * Whether an alert's record ends the connection: a goodbye, or something that the peer cannot get over. `keys`: of a
 * connection whose handshake is done; from then on only what is encrypted counts. Throws where it was not the peer's.
 */
export function isEnd(record: Buffer, keys: Keys | undefined): boolean {
  const epoch = record.readUInt16BE(3)
  if (epoch > 0 !== (keys !== undefined)) return false
  const body = record.subarray(headBytes)
  const sequenceNumber = record.readUIntBE(5, 6)
  const head = { type: alertType, version: record.readUInt16BE(1), epoch, sequenceNumber }
  const alert = keys ? keys.cipher.decrypt(keys.sessionType, body, head) : body
  return alert[0] === fatal || (alert[0] === warning && alert[1] === closeNotify)
}
