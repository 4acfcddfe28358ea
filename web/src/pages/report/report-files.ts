import { queryOptions, useQuery } from '@tanstack/react-query'
import type { ReportFile } from '../../../../src/contract/api/recording.ts'
import { ApiProblem } from '../../api/problem.ts'
import type { DrawnTrail } from '../../live/overlay.ts'
import { failures } from '../../strings/shell.ts'
import { type Movement, movementOf } from './movement-table.ts'
import type { ReportSource } from './report-source.ts'

/** Ways beyond these are rare ones, and would hide the picture. */
const mostPaths = 12
/** A table of more tracks is for a program. */
const mostBytes = 4_000_000

interface PathsFile {
  readonly paths?: readonly { readonly points: DrawnTrail['points'] }[]
}

const textQuery = (source: ReportSource, file: Pick<ReportFile, 'name' | 'href' | 'bytes'> | undefined) =>
  queryOptions({
    queryKey: [...source.key, 'file', file?.name],
    async queryFn({ signal }) {
      const answer = await fetch(file!.href, { signal })
      if (!answer.ok) throw new ApiProblem(answer.status, failures.unreadable)
      return answer.text()
    },
    enabled: file !== undefined && file.bytes <= mostBytes,
    staleTime: Number.POSITIVE_INFINITY
  })

const none: readonly DrawnTrail[] = []

/** What files of a report say that is shown in the page, too: the ways that most take, and how far and fast each track went. */
export function useReportFiles(
  source: ReportSource,
  files: readonly Pick<ReportFile, 'name' | 'href' | 'bytes'>[]
): { readonly paths: readonly DrawnTrail[]; readonly movement: readonly Movement[] | undefined } {
  const named = (name: string) => files.find(file => file.name === name)
  const { data: paths = none } = useQuery({
    ...textQuery(source, named('paths.json')),
    select: pathsOf
  })
  const { data: movement } = useQuery({ ...textQuery(source, named('movement.csv')), select: movementOf })
  return { paths, movement: movement?.length ? movement : undefined }
}

function pathsOf(text: string): readonly DrawnTrail[] {
  const { paths = [] } = JSON.parse(text) as PathsFile
  return paths.slice(0, mostPaths).map(({ points }) => ({ points }))
}
