import { Demuxer } from '../../demuxer.ts'
import { defaultMaxPixels } from '../../video.ts'
import { demuxedUnits, formatOf } from '../demuxed-units.ts'
import type { Reading, UnitReader } from '../reading-connection.ts'
import { RealTime } from '../real-time.ts'
import type { AccessUnit } from '../source.ts'
import { HttpByteReader } from './http-byte-reader.ts'
import type { HttpAnswer, HttpClient } from './http-client.ts'
import { takeReadingThread } from './reading-threads.ts'

/** A live stream says what is in it within this time of its own. */
const probeMs = 1000

/**
 * A container over HTTP (MP4, MPEG-TS, Matroska, FLV). One whose length is known is a recording, and played in real time; one
 * that goes on for ever is live, and taken as it comes.
 */
export function progressiveUnits(answer: HttpAnswer, client: HttpClient, readingThreads: number): UnitReader {
  return async function* ({ signal, count }: Reading): AsyncGenerator<AccessUnit> {
    await using reader = new HttpByteReader(answer, { client, signal, count })
    using _ = takeReadingThread(client.title, readingThreads)
    const isRecording = reader.sizeBytes !== undefined
    await using demuxer = await Demuxer.open(
      { kind: 'reader', reader },
      { maxPixels: defaultMaxPixels, signal, ...(!isRecording && { probeMs }) }
    )
    const realTime = new RealTime(signal)
    let format: AccessUnit['format'] = formatOf(demuxer)
    for await (const { data, isKey, shownMs, dueMs } of demuxedUnits(demuxer, signal)) {
      if (isRecording && !(await realTime.until(dueMs))) return
      yield { data, isKey, sourceMs: shownMs, arrivedMs: performance.now(), ...(format && { format }) }
      format = undefined
    }
    if (reader.failure) throw reader.failure
  }
}
