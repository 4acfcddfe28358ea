import { Frame, FrameQuery, RegionAnswer, RegionQuestion } from '../../contract/api/trajectory.ts'
import { askRegion, listFrames } from '../resources/trajectories.ts'
import { type Column, timeCell } from './csv.ts'
import { addList } from './list-route.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'

const tag = 'trajectories'
const access = { area: 'tracks', need: 'view', stream: 'found' } as const

/** `/api/v1/trajectories`: where everything was, frame by frame. */
export function trajectoryRoutes(scope: RestScope): void {
  addList(scope, {
    path: '/api/v1/trajectories',
    access,
    ...{ tag, summary: 'Frames of a stream, each with the tracks that were in it' },
    query: FrameQuery,
    item: Frame,
    columns,
    problems: [404, 413],
    page: ({ sources, principal, query, signal }) => listFrames(sources, principal, query, signal)
  })
  addRoute(scope, {
    method: 'POST',
    path: '/api/v1/trajectories/region',
    access,
    ...{ tag, summary: 'Who was in an area of the picture, and when: a question, which changes nothing' },
    body: RegionQuestion,
    heavy: true,
    answers: { 200: RegionAnswer },
    problems: [404],
    handle: ({ sources, principal, body, signal }) => askRegion(sources, principal, body, signal)
  })
}

/** A line for each frame: tables with a line for each box are what NDJSON is made into. */
const columns: readonly Column<Frame>[] = [
  ['time', frame => timeCell(frame.atMs)],
  ['atMs', frame => frame.atMs],
  ['stream', frame => frame.stream],
  ['epoch', frame => frame.epoch],
  ['frame', frame => frame.frame],
  ['ptsMs', frame => frame.ptsMs],
  ['outcome', frame => frame.outcome],
  ['tracks', frame => JSON.stringify(frame.tracks)]
]
