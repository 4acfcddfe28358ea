import { EndedTrack, TrackPlace, TrackQuery } from '../../contract/api/track.ts'
import { findTrack, listTracks } from '../resources/tracks.ts'
import { unknown } from '../resources/unknown.ts'
import { fileAnswers, sendAsset } from './byte-answer.ts'
import { type Column, timeCell } from './csv.ts'
import { addList } from './list-route.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'

const tag = 'tracks'

/** `/api/v1/tracks`: objects that were seen, each from its begin to its end. */
export function trackRoutes(scope: RestScope): void {
  addList(scope, {
    path: '/api/v1/tracks',
    access: { area: 'tracks', need: 'view', stream: 'none' },
    ...{ tag, summary: 'Tracks that have ended, those that began last first' },
    query: TrackQuery,
    item: EndedTrack,
    columns,
    page: ({ sources, principal, query }) => listTracks(sources, principal, query)
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/tracks/:stream/:epoch/:track',
    access: { area: 'tracks', need: 'view', stream: 'each' },
    ...{ tag, summary: 'A track that has ended' },
    params: TrackPlace,
    tagged: true,
    answers: { 200: EndedTrack },
    handle: ({ sources, principal, params }) => findTrack(sources, principal, params)
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/tracks/:stream/:epoch/:track/snapshot.jpg',
    access: { area: 'tracks', need: 'view', stream: 'each' },
    ...{ tag, summary: 'The best picture of a track, where one was kept' },
    params: TrackPlace,
    answers: fileAnswers('image/jpeg', 'The picture.'),
    problems: [416],
    async handle(call) {
      const { stream, epoch, trackId, snapshot } = await findTrack(call.sources, call.principal, call.params)
      if (snapshot === null) throw unknown('snapshot of the track', `${stream}/${epoch}/${trackId}`)
      return sendAsset(call, snapshot, `${stream}-${epoch}-${trackId}.jpg`)
    }
  })
}

const columns: readonly Column<EndedTrack>[] = [
  ['stream', track => track.stream],
  ['epoch', track => track.epoch],
  ['trackId', track => track.trackId],
  ['label', track => track.label],
  ['score', track => track.score],
  ['detections', track => track.detections],
  ['started', track => timeCell(track.startedMs)],
  ['ended', track => timeCell(track.endedMs)],
  ['startedMs', track => track.startedMs],
  ['endedMs', track => track.endedMs],
  ...(['firstBox', 'lastBox', 'bounds'] as const).flatMap(name =>
    (['x', 'y', 'w', 'h'] as const).map((side): Column<EndedTrack> => [`${name}.${side}`, track => track[name][side]])
  ),
  ['snapshot', track => track.snapshot],
  ['identity', track => track.identity]
]
