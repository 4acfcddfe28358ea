const startCode = Buffer.from([0, 0, 1])

/** Where the NAL units of an Annex B picture begin, behind their start codes (ITU-T H.264, B.1). */
export function* markedUnits(picture: Buffer): Generator<number> {
  for (let at = picture.indexOf(startCode); at >= 0; at = picture.indexOf(startCode, at)) {
    at += startCode.length
    if (at < picture.length) yield at
  }
}

/** The NAL units of an Annex B picture, in place: without start codes and the zeros between them. */
export function nalUnits(picture: Buffer): Buffer[] {
  const starts = [...markedUnits(picture)]
  return starts.map((start, i) => {
    let end = i + 1 < starts.length ? starts[i + 1]! - startCode.length : picture.length
    while (end > start && picture[end - 1] === 0) end--
    return picture.subarray(start, end)
  })
}

/** A NAL unit's bits as they are meant, without the bytes that keep start codes out of it (ITU-T H.264, 7.3.1). */
export function withoutEmulationPrevention(unit: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(unit.length)
  let [length, zeros] = [0, 0]
  for (const byte of unit) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0
      continue
    }
    zeros = byte === 0 ? zeros + 1 : 0
    bytes[length++] = byte
  }
  return bytes.subarray(0, length)
}
