import { usualCounts } from './count-settings.ts'
import { usualRateLimits } from './rate-limit-settings.ts'
import type { Settings } from './settings.ts'

/**
 * What holds where nobody says anything, as far as that is a value: what is left out is chosen by the machine, or is without
 * a limit. Tests compare it with what the parts do.
 */
export const usualSettings = {
  cameraApi: { allow: [], cameraIds: 'uuid' },
  data: { folder: 'data' },
  graphql: { introspection: false, graphiql: false },
  limits: usualCounts,
  live: { trackPictures: true, webrtc: { ports: [8200, 8299] } },
  retention: {
    events: '400d',
    tracks: '400d',
    trajectories: '90d',
    samples: '400d',
    counts: 'forever',
    hourlyCounts: 'forever',
    snapshots: '30d',
    clips: '30d',
    uploads: '90d',
    exports: '7d',
    jobs: '90d',
    audit: '400d',
    budgets: { log: 8 * 2 ** 30, store: 'unlimited', media: 'unlimited' },
    disk: { prune: 0.85, stopClips: 0.92, stopUploads: 0.97, relief: 0.02, untouched: '1h' }
  },
  server: { trustedProxies: [], corsOrigins: [], rateLimits: { enabled: true, ...usualRateLimits }, production: false },
  telemetry: { metrics: 'signed-in', logLevel: 'warn', traces: { framesPerMinute: 6, requests: 0.05 } },
  uploads: { maxBytes: '50GB', atOnce: 5 }
} satisfies Settings
