import Type from 'typebox'
import { logLevels } from '../core/log.ts'

const closed = { additionalProperties: false }

/** The section `telemetry`: what is told of how Sightline is doing, and to whom. */
export const TelemetrySettings = Type.Object(
  {
    /**
     * Who may read /metrics: this machine and whoever may see all streams (`signed-in`, the default), everybody who reaches
     * the port (`open`), or nobody (`off`).
     */
    metrics: Type.Optional(
      Type.Union([Type.Literal('signed-in'), Type.Literal('open'), Type.Literal('off')], {
        description: 'signed-in, open or off'
      })
    ),
    /** From which level on the log has what happens; also $SIGHTLINE_LOG_LEVEL. Default warn; info has every request. */
    logLevel: Type.Optional(Type.Enum(logLevels, { description: `one of ${logLevels.join(', ')}` })),
    /** Traces, sent to an OpenTelemetry collector. Without an address, here or in the environment, there are none. */
    traces: Type.Optional(
      Type.Object(
        {
          /** A collector that takes OTLP over HTTP. $OTEL_EXPORTER_OTLP_ENDPOINT counts before it, and may hold a password. */
          endpoint: Type.Optional(
            Type.String({ pattern: '^https?://[^@\\s]+$', description: 'such as http://127.0.0.1:4318/v1/traces' })
          ),
          /** Frames of each stream that are followed in a minute. Default 6. */
          framesPerMinute: Type.Optional(Type.Number({ minimum: 0, maximum: 600, description: 'from 0 to 600' })),
          /** The share of requests that are followed. Default 0.05. */
          requests: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'a share from 0 to 1' }))
        },
        closed
      )
    )
  },
  closed
)
export type TelemetrySettings = Type.Static<typeof TelemetrySettings>
