import Type from 'typebox'
import { AccessSettings } from './access-settings.ts'
import { AnalysisSettings } from './analysis-settings.ts'
import { CameraApiSettings } from './camera-settings.ts'
import { CountSettings } from './count-settings.ts'
import { GraphqlSettings } from './graphql-settings.ts'
import { ModelSettings } from './model-settings.ts'
import { ServerSettings } from './server-settings.ts'
import { DataSettings, RetentionSettings } from './storage-settings.ts'
import { LiveSettings, SourcesSettings, StreamsSettings } from './stream-settings.ts'
import { TelemetrySettings } from './telemetry-settings.ts'
import { UploadSettings } from './upload-settings.ts'

/** Everything that sightline.yaml may say. */
export const Settings = Type.Object(
  {
    access: Type.Optional(AccessSettings),
    analysis: Type.Optional(AnalysisSettings),
    cameraApi: Type.Optional(CameraApiSettings),
    data: Type.Optional(DataSettings),
    models: Type.Optional(ModelSettings),
    retention: Type.Optional(RetentionSettings),
    streams: Type.Optional(StreamsSettings),
    sources: Type.Optional(SourcesSettings),
    live: Type.Optional(LiveSettings),
    server: Type.Optional(ServerSettings),
    graphql: Type.Optional(GraphqlSettings),
    limits: Type.Optional(CountSettings),
    uploads: Type.Optional(UploadSettings),
    telemetry: Type.Optional(TelemetrySettings)
  },
  { additionalProperties: false }
)
export type Settings = Type.Static<typeof Settings>
