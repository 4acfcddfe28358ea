import Type from 'typebox'
import { StreamSettings } from '../../config/stream-settings.ts'
import { closed } from '../../contract/api/fields.ts'
import { SourceTrial, SourceTrialFailure } from '../../contract/api/source-trial.ts'
import { trySource } from '../resources/source-trial.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'

const { source, transport, verifyTls, kind, intervalMs } = StreamSettings.properties
const TrialForm = Type.Object({ source, transport, verifyTls, kind, intervalMs }, { ...closed, title: 'TrialForm' })

/** `/api/v1/sources`: cameras that nobody has added yet. */
export function sourceRoutes(scope: RestScope): void {
  addRoute(scope, {
    method: 'POST',
    path: '/api/v1/sources/test',
    access: { area: 'streams', need: 'operate', stream: 'none' },
    ...{
      tag: 'streams',
      summary: 'Open a source once, and see what it gives',
      description: 'Takes some seconds, 15 at most. A source that gives nothing is an answer too, which says why.'
    },
    body: TrialForm,
    answers: { 200: Type.Union([SourceTrial, SourceTrialFailure]) },
    handle: ({ sources, body, signal }) => trySource(sources, body, signal)
  })
}
