import type { Principal } from '../../access/principal.ts'
import type { Frame, FrameQuery, RegionAnswer, RegionQuestion } from '../../contract/api/trajectory.ts'
import type { Page, PageRequest } from '../../store/page-cursor.ts'
import { requireReach } from '../route-access.ts'
import type { Sources } from './sources.ts'
import { unknownStream } from './unknown.ts'

/** Frames of a stream that `principal` may see. @throws SL_QUERY_…, SL_STREAM_UNKNOWN */
export function listFrames(
  { trajectories }: Pick<Sources, 'trajectories'>,
  principal: Principal,
  query: FrameQuery & PageRequest,
  signal: AbortSignal
): Promise<Page<Frame>> {
  requireReach(principal, 'view', query.stream, () => unknownStream(query.stream))
  return trajectories.framePage(query, { signal })
}

/** Who was in an area of the picture, and when. @throws SL_QUERY_…, SL_STREAM_UNKNOWN */
export async function askRegion(
  { trajectories }: Pick<Sources, 'trajectories'>,
  principal: Principal,
  question: RegionQuestion,
  signal: AbortSignal
): Promise<RegionAnswer> {
  for (const stream of question.streams) requireReach(principal, 'view', stream, () => unknownStream(stream))
  const { points, tracks, buckets } = await trajectories.region(question, { signal })
  return { points, tracks: [...tracks], buckets: [...buckets] }
}
