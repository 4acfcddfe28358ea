import { AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, type AVCodecID } from 'node-av/constants'
import { markedUnits } from './nal-units.ts'

/** Says of a packet whether its picture, and everything that comes after it, can be decoded without what came before. */
export type FreshStart = (packet: Buffer) => boolean

/**
 * H.264 (ITU-T H.264, table 7-1): the type of a NAL unit by its first byte, the types that hold a picture, those that hold
 * an IDR picture, those that hold parameters.
 */
const h264 = {
  typeOf: (byte: number) => byte & 31,
  isPicture: within(1, 5),
  isFresh: within(5, 5),
  isParameters: within(7, 8)
}
/** The same for H.265 (ITU-T H.265, table 7-1): IDR_W_RADL and IDR_N_LP. */
const h265 = {
  typeOf: (byte: number) => (byte >> 1) & 63,
  isPicture: within(0, 31),
  isFresh: within(19, 20),
  isParameters: within(32, 34)
}

/**
 * A container's key frames are not enough: those of open groups and of gradual refresh are followed by pictures that need
 * older ones. Undefined for codecs whose streams do not tell by themselves. `header` is the codec's extradata, which
 * says how long the lengths before NAL units are; streams without it have start codes (Annex B).
 */
export function freshStartOf(codec: AVCodecID, header: Buffer | null): FreshStart | undefined {
  const standard = standardOf(codec)
  if (!standard) return undefined
  const { typeOf, isPicture, isFresh } = standard
  // An avcC or hvcC record begins with its version, 1 (ISO/IEC 14496-15).
  const lengthAt = standard === h264 ? 4 : 21
  const lengthBytes = header?.[0] === 1 && header.length > lengthAt ? (header[lengthAt]! & 3) + 1 : 0
  return packet => {
    const units = lengthBytes > 0 ? measuredUnits(packet, lengthBytes) : markedUnits(packet)
    for (const at of units) {
      const type = typeOf(packet[at]!)
      if (isPicture(type)) return isFresh(type)
    }
    return false
  }
}

/**
 * The parameter sets that stand before a picture of H.264 or H.265 in Annex B, as one text: where it is another one, size or
 * colours may be others, too.
 */
export function parametersOf(codec: AVCodecID, picture: Buffer): string {
  const standard = standardOf(codec)
  if (!standard) return ''
  let parameters = ''
  let begun: number | undefined
  for (const at of markedUnits(picture)) {
    if (begun !== undefined) parameters += picture.toString('latin1', begun, at)
    const type = standard.typeOf(picture[at]!)
    if (standard.isPicture(type)) break
    begun = standard.isParameters(type) ? at : undefined
  }
  return parameters
}

function standardOf(codec: AVCodecID): typeof h264 | undefined {
  return codec === AV_CODEC_ID_H264 ? h264 : codec === AV_CODEC_ID_HEVC ? h265 : undefined
}

function within(first: number, last: number): (type: number) => boolean {
  return type => type >= first && type <= last
}

/** Where the NAL units begin that stand behind their lengths. */
function* measuredUnits(packet: Buffer, lengthBytes: number): Generator<number> {
  for (let at = 0; at + lengthBytes < packet.length; ) {
    const length = packet.readUIntBE(at, lengthBytes)
    at += lengthBytes
    yield at
    at += length
  }
}
