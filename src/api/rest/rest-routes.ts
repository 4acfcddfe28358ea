import { cameraRoutes } from './camera-routes.ts'
import { configRoutes } from './config-routes.ts'
import { eventRoutes } from './event-routes.ts'
import { identityRoutes } from './identity-routes.ts'
import { jobRoutes } from './job-routes.ts'
import { measureRoutes } from './measure-routes.ts'
import { modelRoutes } from './model-routes.ts'
import { clipRoutes, recordingRoutes, reportRoutes } from './recording-routes.ts'
import type { RestScope } from './rest-scope.ts'
import { sessionListRoutes, userAccessRoutes } from './session-list-routes.ts'
import { settingRoutes } from './setting-routes.ts'
import { shareLinkRoutes } from './share-link-routes.ts'
import { sharedRoutes } from './shared-routes.ts'
import { siteIdentityRoutes } from './site-identity-routes.ts'
import { siteRoutes } from './site-routes.ts'
import { sourceRoutes } from './source-routes.ts'
import { streamRoutes } from './stream-routes.ts'
import { systemRoutes } from './system-routes.ts'
import { trackRoutes } from './track-routes.ts'
import { trajectoryRoutes } from './trajectory-routes.ts'
import { tokenRoutes, userRoutes } from './user-routes.ts'

/** Every resource of the API, in the order in which the documentation shows them. */
const resources = [
  streamRoutes,
  sourceRoutes,
  cameraRoutes,
  configRoutes,
  settingRoutes,
  siteRoutes,
  eventRoutes,
  trackRoutes,
  siteIdentityRoutes,
  trajectoryRoutes,
  measureRoutes,
  recordingRoutes,
  reportRoutes,
  shareLinkRoutes,
  sharedRoutes,
  clipRoutes,
  jobRoutes,
  userRoutes,
  identityRoutes,
  tokenRoutes,
  sessionListRoutes,
  userAccessRoutes,
  modelRoutes,
  systemRoutes
]

/** Everything below `/api/v1` that is asked and answered. */
export function restRoutes(scope: RestScope): void {
  for (const add of resources) add(scope)
}
