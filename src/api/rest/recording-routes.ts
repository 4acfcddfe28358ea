import {
  ById,
  ByIdAndName,
  Clip,
  NewestQuery,
  Recording,
  RecordingChange,
  Report,
  ReportWithSummary
} from '../../contract/api/recording.ts'
import { CalibrationDefinition } from '../../contract/measure-definition.ts'
import { changeRecording, findClip, findRecording, listClips, listRecordings } from '../resources/recordings.ts'
import { calibrateReport } from '../resources/report-calibration.ts'
import { findReport, findReportFile, listReports } from '../resources/reports.ts'
import { unknown } from '../resources/unknown.ts'
import { fileAnswers, sendAsset, sendFile } from './byte-answer.ts'
import { type Column, timeCell } from './csv.ts'
import { addList } from './list-route.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'

const listed = { area: 'recordings', need: 'view', stream: 'none' } as const
const found = { ...listed, stream: 'found' } as const

/** `/api/v1/recordings`: finished files. `/api/v1/reports`: what was made of them. `/api/v1/clips`: pieces that are kept. */
export function recordingRoutes(scope: RestScope): void {
  addList(scope, {
    path: '/api/v1/recordings',
    access: listed,
    ...{ tag: 'recordings', summary: 'Recordings, those made last first' },
    query: NewestQuery,
    item: Recording,
    columns,
    page: ({ sources, principal, query }) => listRecordings(sources, principal, query)
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/recordings/:id',
    access: found,
    ...{ tag: 'recordings', summary: 'A recording' },
    params: ById,
    tagged: true,
    answers: { 200: Recording },
    handle: ({ sources, principal, params }) => findRecording(sources, principal, params.id)
  })
  addRoute(scope, {
    method: 'PATCH',
    path: '/api/v1/recordings/:id',
    access: { ...found, need: 'operate' },
    ...{ tag: 'recordings', summary: 'Change what a recording is called' },
    params: ById,
    body: RecordingChange,
    answers: { 200: Recording },
    now: ({ sources, principal, params }) => findRecording(sources, principal, params.id),
    handle: ({ sources, principal, params, body }, seen) => changeRecording(sources, principal, params.id, body, seen)
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/recordings/:id/video',
    access: found,
    ...{ tag: 'recordings', summary: 'The file itself, where it is kept here' },
    params: ById,
    answers: fileAnswers('video/*', 'The video.'),
    problems: [416],
    async handle(call) {
      const { id, title, asset } = await findRecording(call.sources, call.principal, call.params.id)
      if (asset === null) throw unknown('video of the recording', id)
      return sendAsset(call, asset, title)
    }
  })
}

export function reportRoutes(scope: RestScope): void {
  addList(scope, {
    path: '/api/v1/reports',
    access: listed,
    ...{ tag: 'reports', summary: 'What analyses made of recordings, the newest first' },
    query: NewestQuery,
    item: Report,
    page: ({ sources, principal, query }) => listReports(sources, principal, query)
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/reports/:id',
    access: found,
    ...{ tag: 'reports', summary: 'The report of a recording, with its numbers' },
    params: ById,
    tagged: true,
    answers: { 200: ReportWithSummary },
    handle: ({ sources, principal, params }) => findReport(sources, principal, params.id)
  })
  addRoute(scope, {
    method: 'PUT',
    path: '/api/v1/reports/:id/calibration',
    access: { ...found, need: 'operate' },
    ...{
      tag: 'reports',
      summary: 'Say where places of the picture are on the ground',
      description:
        'Its stored tracks are measured again: `movement.csv` of the report has ways and speeds in metres then.'
    },
    params: ById,
    body: CalibrationDefinition,
    heavy: true,
    answers: { 200: ReportWithSummary },
    handle: ({ sources, principal, params, body, signal }) =>
      calibrateReport(sources, principal, params.id, body, signal)
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/reports/:id/:name',
    access: found,
    ...{ tag: 'reports', summary: 'A file of a report' },
    params: ByIdAndName,
    answers: fileAnswers('*/*', 'The file.'),
    problems: [416],
    async handle(call) {
      const { sources, principal, params } = call
      return sendFile(call, await findReportFile(sources, principal, params.id, params.name))
    }
  })
}

export function clipRoutes(scope: RestScope): void {
  addList(scope, {
    path: '/api/v1/clips',
    access: listed,
    ...{ tag: 'clips', summary: 'Clips, those that begin last first' },
    query: NewestQuery,
    item: Clip,
    page: ({ sources, principal, query }) => listClips(sources, principal, query)
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/clips/:id',
    access: found,
    ...{ tag: 'clips', summary: 'A clip' },
    params: ById,
    tagged: true,
    answers: { 200: Clip },
    handle: ({ sources, principal, params }) => findClip(sources, principal, params.id)
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/clips/:id/video',
    access: found,
    ...{ tag: 'clips', summary: 'The video of a clip' },
    params: ById,
    answers: fileAnswers('video/*', 'The video.'),
    problems: [416],
    async handle(call) {
      const { id, asset } = await findClip(call.sources, call.principal, call.params.id)
      return sendAsset(call, asset, `${id}.mp4`)
    }
  })
}

const columns: readonly Column<Recording>[] = [
  ['id', recording => recording.id],
  ['stream', recording => recording.stream],
  ['epoch', recording => recording.epoch],
  ['title', recording => recording.title],
  ['started', recording => timeCell(recording.startedMs)],
  ['startedMs', recording => recording.startedMs],
  ['durationMs', recording => recording.durationMs],
  ['createdMs', recording => recording.createdMs]
]
