import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import { mostTracks, type ReportFacts, type ReportSource, spanOf } from '../report/report-source.ts'
import type { OpenedLink } from './opened-link.ts'

/** The report that a link is to. @throws ApiProblem with 401 or 404 for a link that shows nothing any more */
export const sharedReportQuery = ({ id: link, secret }: OpenedLink) =>
  queryOptions({
    queryKey: ['shared', link],
    async queryFn({ signal }) {
      const params = { path: { link } }
      if (secret !== undefined) await answer(api.POST('/api/v1/shared/{link}', { params, body: { secret }, signal }))
      return answer(api.GET('/api/v1/shared/{link}', { params, signal }))
    },
    staleTime: Number.POSITIVE_INFINITY
  })

/** For who has a link. */
export function linkedReport(link: string, facts: ReportFacts): ReportSource {
  const home = `/api/v1/shared/${link}`
  const path = { link }
  return {
    key: ['shared', link],
    epoch: facts.epoch,
    video: facts.asset === null ? undefined : `${home}/video`,
    picture: trackId => `${home}/tracks/${trackId}/snapshot.jpg`,
    tracks(cursor, signal) {
      const query = { limit: mostTracks, ...(cursor && { cursor }) }
      return answer(api.GET('/api/v1/shared/{link}/tracks', { params: { path, query }, signal }))
    },
    async frames(piece, signal) {
      const query = spanOf(facts, piece)
      return (await answer(api.GET('/api/v1/shared/{link}/frames', { params: { path, query }, signal }))).items
    }
  }
}
