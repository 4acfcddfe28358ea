/** What a setting is, for people: its name, what it does, and what it is counted in. */
export interface SettingText {
  readonly title: string
  readonly what: string
  readonly unit?: string
}

/** What people look for, in this order; each with its settings. A test holds them against those that there are. */
export const settingGroups: readonly {
  readonly name: string
  readonly title: string
  /** What is the same for all of them. */
  readonly hint?: string
  readonly settings: Readonly<Record<string, SettingText>>
}[] = [
  {
    name: 'pictures',
    title: 'Pictures and detection',
    settings: {
      'live.maxFps': {
        title: 'Analysed pictures',
        what: 'Of every stream that says nothing smaller. Fewer spare the processor; fast objects may be lost.',
        unit: 'a second'
      },
      'live.trackPictures': {
        title: 'Keep a picture of each track',
        what: 'The best one of everybody and everything that was followed. Streams may say otherwise.'
      },
      'models.remote': {
        title: 'Models on servers',
        what: 'Names by which streams and analyses choose a model that a server runs (KServe v2), each with where it is and what stands in for it.'
      },
      'models.batch': {
        title: 'Pictures through a model at once',
        what: 'More help on a graphics card, and nothing on a processor.'
      },
      'live.workers': {
        title: 'Processes for streams',
        what: 'How many processes streams are shared out to.'
      }
    }
  },
  {
    name: 'keeping',
    title: 'Keeping',
    hint: 'How long each kind is kept: a time such as 36h, 30d, 8w or 2y, or forever; a size such as 200GB; or both: 30d, 200GB.',
    settings: {
      'retention.events': { title: 'Events', what: 'Line crossings, visits and everything else that happened.' },
      'retention.tracks': { title: 'Tracks', what: 'One row for everybody and everything that was followed.' },
      'retention.trajectories': {
        title: 'Paths',
        what: 'Where everything was at each moment: what lines that are drawn later are counted on. The largest of the numbers.'
      },
      'retention.samples': { title: 'Samples', what: 'Measures by the minute, such as how full a zone was.' },
      'retention.counts': {
        title: 'Counts by the minute',
        what: 'How many events of each kind there were in each minute.'
      },
      'retention.hourlyCounts': {
        title: 'Counts by the hour',
        what: 'The same in each hour: smaller, for questions over years.'
      },
      'retention.snapshots': { title: 'Pictures of tracks', what: 'The best picture of each, and crops.' },
      'retention.clips': { title: 'Clips', what: 'Pieces of video that were kept of what happened.' },
      'retention.uploads': { title: 'Uploaded videos', what: 'The videos that people sent. Their results stay.' },
      'retention.exports': { title: 'Exports', what: 'Files made for downloading, and reports.' },
      'retention.jobs': { title: 'Jobs', what: 'Analyses that have ended.' },
      'retention.audit': { title: 'Audit', what: 'Who did what.' },
      'retention.streams': {
        title: 'By stream',
        what: 'What differs for a stream: a time such as 30d, a size such as 20GB, or both: 30d, 20GB. A size counts for this stream alone.'
      }
    }
  },
  {
    name: 'space',
    title: 'Disks',
    settings: {
      'retention.budgets.media': {
        title: 'Pictures and videos',
        what: 'What snapshots, clips, uploads and exports may take together. The oldest go first.'
      },
      'retention.budgets.store': {
        title: 'Numbers',
        what: 'What the store may take. The oldest go first.'
      },
      'retention.budgets.log': {
        title: 'On their way',
        what: 'What records on their way into the store and to other systems may take.'
      },
      'retention.disk.prune': {
        title: 'Remove the oldest from',
        what: 'From this share of a disk in use, the oldest is removed.',
        unit: 'share of the disk, 0 to 1'
      },
      'retention.disk.stopClips': {
        title: 'Keep no clips from',
        what: 'From this share of a disk in use, no more clips are kept.',
        unit: 'share of the disk, 0 to 1'
      },
      'retention.disk.stopUploads': {
        title: 'Take no uploads from',
        what: 'From this share of a disk in use, no more videos are taken.',
        unit: 'share of the disk, 0 to 1'
      },
      'retention.disk.relief': {
        title: 'Relief',
        what: 'How far below its limit a disk has to get before things go on as before.',
        unit: 'share of the disk, 0 to 1'
      },
      'retention.disk.untouched': {
        title: 'Never remove what is younger than',
        what: 'What is younger stays, however full a disk is.'
      },
      'data.folder': { title: 'Folder', what: 'Where everything is kept.' }
    }
  },
  {
    name: 'uploads',
    title: 'Uploads',
    settings: {
      'uploads.maxBytes': { title: 'Largest video', what: 'A larger one is not taken.' },
      'uploads.atOnce': {
        title: 'Videos at a time',
        what: 'How many one user may be sending at a time.'
      }
    }
  },
  {
    name: 'access',
    title: 'Identity provider',
    settings: {
      'access.oidc.issuer': { title: 'Provider', what: 'As the identity provider names itself: an https:// address.' },
      'access.oidc.clientId': { title: 'Client', what: 'As whom the provider knows this Sightline.' },
      'access.oidc.clientSecretFile': { title: 'File of the secret', what: 'A file with the client’s secret.' },
      'access.oidc.title': { title: 'Button', what: 'What the button of the page for signing in says.' },
      'access.oidc.redirectUri': {
        title: 'Way back',
        what: 'Where the provider sends people back to, where that is not the address they came from.'
      },
      'access.oidc.scopes': { title: 'Scopes', what: 'Asked for beside openid, profile and email, such as groups.' },
      'access.oidc.create': {
        title: 'Let new people in',
        what: 'Whether people of the provider who were never here become users. Otherwise only those who were linked are let in.'
      },
      'access.oidc.allowedDomains': {
        title: 'Only these domains',
        what: 'Only people with a verified e-mail address of these.'
      },
      'access.oidc.allowedGroups': { title: 'Only these groups', what: 'Only people in one of these groups.' },
      'access.oidc.groupsClaim': { title: 'Claim of groups', what: 'Where the provider says the groups.' },
      'access.oidc.roles.admin': {
        title: 'Groups of admins',
        what: 'Whoever is in one of them is an admin, at each sign-in.'
      },
      'access.oidc.roles.operator': { title: 'Groups of operators', what: 'Whoever is in one of them is an operator.' },
      'access.oidc.roles.viewer': { title: 'Groups of viewers', what: 'Whoever is in one of them is a viewer.' },
      'access.oidc.links': {
        title: 'Links',
        what: 'Users who are here already, and what the provider calls them (the claim sub).'
      }
    }
  },
  {
    name: 'network',
    title: 'Network',
    settings: {
      'cameraApi.allow': {
        title: 'Programs of cameras',
        what: 'Addresses and networks from which programs may start and stop cameras at /camera without a token.'
      },
      'cameraApi.cameraIds': { title: 'Names of their cameras', what: 'What these programs may call their cameras.' },
      'server.trustedProxies': {
        title: 'Trusted proxies',
        what: 'Whose word counts for who asks, and over what (X-Forwarded-For and the like).'
      },
      'server.corsOrigins': {
        title: 'Pages elsewhere',
        what: 'Pages that are hosted elsewhere and may ask here, with a token.'
      },
      'server.production': {
        title: 'Production',
        what: 'Refuses to start with secrets that others know or could guess.'
      },
      'live.webrtc.ports': { title: 'Ports for WebRTC', what: 'The first and the last UDP port of live pictures.' },
      'live.webrtc.interfaces': {
        title: 'Interfaces for WebRTC',
        what: 'Network interfaces that viewers are told of.'
      },
      'live.webrtc.addresses': {
        title: 'Addresses for WebRTC',
        what: 'Under which this machine is reached from outside.'
      },
      'live.webrtc.iceServers': { title: 'STUN and TURN', what: 'Servers that help to get through firewalls.' },
      'sources.allow': {
        title: 'May be dialled',
        what: 'Networks whose cameras may be dialled; all where there are none.'
      },
      'sources.deny': {
        title: 'May never be dialled',
        what: 'Networks that are never dialled, whatever an address says.'
      }
    }
  },
  {
    name: 'limits',
    title: 'Limits',
    settings: {
      'limits.streams': { title: 'Streams', what: 'Streams that were added here or by programs.' },
      'limits.sites': { title: 'Sites', what: 'Sites that there may be.' },
      'limits.users': { title: 'People', what: 'People who may sign in.' },
      'limits.programsPerUser': {
        title: 'Tokens of a user',
        what: 'Tokens of one user that can be used.'
      },
      'limits.grantsPerUser': { title: 'Grants of a user', what: 'Grants of one user.' },
      'limits.shareLinksPerReport': {
        title: 'Links to a report',
        what: 'Links to one report that can be used.'
      },
      'limits.jobs': { title: 'Jobs', what: 'Jobs that wait or are worked on.' },
      'server.rateLimits.enabled': {
        title: 'Limit requests',
        what: 'Off where something in front of this limits them.'
      },
      'server.rateLimits.reads': { title: 'Looking', what: 'Requests of one user that only read.', unit: 'a minute' },
      'server.rateLimits.changes': {
        title: 'Changing',
        what: 'Requests of one user that change something, and every GraphQL document.',
        unit: 'a minute'
      },
      'server.rateLimits.signIns': {
        title: 'Signing in',
        what: 'Signing in and changing passwords, right or wrong, from one address.',
        unit: 'a minute'
      },
      'server.rateLimits.sockets': {
        title: 'Opening live connections',
        what: 'WebSockets that one user opens.',
        unit: 'a minute'
      },
      'server.rateLimits.openSockets': {
        title: 'Open live connections',
        what: 'WebSockets of one user that are open.',
        unit: 'at a time'
      },
      'server.rateLimits.connections': { title: 'Connections', what: 'Connections of one address.', unit: 'at a time' },
      'server.rateLimits.usersPerAddress': {
        title: 'People behind an address',
        what: 'An address may have so many times what one of its users may: offices share one.'
      }
    }
  },
  {
    name: 'telemetry',
    title: 'Figures and log',
    settings: {
      'telemetry.metrics': {
        title: 'Who may read /metrics',
        what: 'This machine and whoever may see all streams (signed-in), everybody who reaches the port (open), or nobody (off).'
      },
      'telemetry.logLevel': {
        title: 'Log',
        what: 'From which level on the log has what happens; info has every request.'
      },
      'telemetry.traces.endpoint': {
        title: 'Collector of traces',
        what: 'An OpenTelemetry collector that takes OTLP over HTTP.'
      },
      'telemetry.traces.framesPerMinute': {
        title: 'Traced pictures',
        what: 'Pictures of each stream that are followed.',
        unit: 'a minute'
      },
      'telemetry.traces.requests': {
        title: 'Traced requests',
        what: 'The share of requests that are followed.',
        unit: 'share, 0 to 1'
      },
      'graphql.introspection': {
        title: 'GraphQL tells its schema',
        what: 'Whoever may ask anything may ask for the whole schema, and wrong names are answered with near ones.'
      },
      'graphql.graphiql': {
        title: 'Page for trying GraphQL out',
        what: 'GraphiQL is at /graphiql for whoever is signed in. Where GraphQL tells its schema, too, it completes and explains.'
      }
    }
  }
]

/** By the setting's key. */
export const settingTexts: ReadonlyMap<string, SettingText> = new Map(
  settingGroups.flatMap(({ settings }) => Object.entries(settings))
)

/** What a setting is called; its key, where nobody has said. */
export function settingTitle(key: string): string {
  return settingTexts.get(key)?.title ?? key
}
