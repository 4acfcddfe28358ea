import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { withCameraCallers } from '../api/camera/camera-callers.ts'
import { ForeignOrigins } from '../api/foreign-origins.ts'
import type { AccessStores } from '../api/identity/access-stores.ts'
import { Identity } from '../api/identity/identity.ts'
import { isLoopback } from '../api/request-origin.ts'
import { type HttpsOptions, startServer } from '../api/server.ts'
import { TrustedProxies } from '../api/trusted-proxies.ts'
import type { Finding } from '../commands/doctor/finding.ts'
import { filledModels } from '../config/filled-address.ts'
import { collectStartUp } from '../core/collect-start-up.ts'
import type { DataFolder } from '../core/data-folder.ts'
import { SightlineError } from '../core/errors.ts'
import type { Health, Problem } from '../core/health.ts'
import type { Logger } from '../core/log.ts'
import type { RecentLog } from '../core/recent-log.ts'
import { runJobs } from '../jobs/runner.ts'
import { retentionPolicy } from '../retention/retention-policy.ts'
import { Settings } from '../store/settings.ts'
import { storedSoFar } from '../store/stored-so-far.ts'
import type { ModelStore } from '../vision/model-store.ts'
import { accessStores, openSeal } from './access.ts'
import { allRoutes } from './all-routes.ts'
import type { ConfiguredStreams } from './configured-streams.ts'
import { Ending } from './ending.ts'
import { Gateway } from './gateway.ts'
import { IdentityDesk, reidOfStreams } from './identity-desk.ts'
import { runnerParts } from './job-running.ts'
import { Live } from './live.ts'
import { openOidc } from './oidc.ts'
import { ownFolder } from './own-folder.ts'
import { PictureTrials } from './picture-trial/picture-trials.ts'
import { openLimits } from './rate-limits.ts'
import { followSettings } from './settings/following-parts.ts'
import type { SettingsDesk } from './settings/settings-desk.ts'
import { openStorage, type Storage } from './storage.ts'
import { StorageUpkeep } from './storage-upkeep.ts'
import { Telemetry } from './telemetry.ts'

export interface MainOptions {
  readonly folder: DataFolder
  readonly url: string | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Everything that can be said in the settings file, as it holds. */
  readonly settings: SettingsDesk
  readonly host: string
  readonly port: number
  readonly https?: HttpsOptions
  readonly streams: ConfiguredStreams
  readonly log: Logger
  /** The newest lines of `log`, for admins to look at. */
  readonly recent: RecentLog
  /** Looks at everything that is needed. */
  readonly examine: () => Promise<readonly Finding[]>
  readonly openModels: () => Promise<ModelStore>
  /** Aborted when everything is to end in order. */
  readonly signal: AbortSignal
  /** How long ending in order may take, in milliseconds. Default 20,000: supervisors kill after 10 s to 90 s. */
  readonly endingMs?: number
  /** Told once it listens, and once everything is open. */
  readonly onChange: (change: 'listening' | 'ready', url: string, httpsPort?: number) => void
  /** Told the token of the set-up link, as long as there is nobody. */
  readonly onSetUp: (token: string) => void
}

const nobody: readonly string[] = []

/** Pauses between attempts to reach a database that is not there yet. */
const firstPauseMs = 500
const longestPauseMs = 10_000
/** What was asked before the end is answered within this; what goes on and on is cut then. */
const lastAnswersMs = 3000

/**
 * Serves a data folder until `signal` is aborted. Throws what keeps it from starting, or what it cannot go on after;
 * SL_ENDING_STUCK where it does not come to an end: its process then has to be ended by force.
 */
export async function runMain(options: MainOptions): Promise<void> {
  const failing = new AbortController()
  const signal = AbortSignal.any([options.signal, failing.signal])
  const ending = new Ending(options.endingMs ?? 20_000)
  signal.addEventListener('abort', () => ending.begin(), { once: true })
  const onFatal = (error: SightlineError) => {
    options.log.fatal({ err: error }, 'what was kept cannot be trusted any more: everything ends')
    failing.abort(error)
  }
  await ending.after(() => serve(options, signal, onFatal, ending))
  if (failing.signal.aborted) throw failing.signal.reason
}

async function serve(
  options: MainOptions,
  signal: AbortSignal,
  onFatal: (error: SightlineError) => void,
  ending: Ending
): Promise<void> {
  const { folder, environment, settings, log, recent, openModels, onChange, onSetUp, host, port, https, streams } =
    options
  const { access, server: { trustedProxies, corsOrigins, rateLimits } = {}, ...first } = settings.now
  retentionPolicy(first.retention) // Refuses limits that contradict each other, before anybody is answered.
  const readiness = new Readiness()
  const proxies = new TrustedProxies(trustedProxies)
  const origins = new ForeignOrigins(corsOrigins)
  const telemetry = await Telemetry.open(first.telemetry ?? {}, environment, log)
  ending.use('sending the last traces', telemetry)
  const { epochs } = ending.use('giving the data folder back', await ownFolder(folder))
  const seal = await openSeal(folder, environment)
  const live = new Live({
    settings: first.live ?? {},
    sources: first.sources ?? {},
    models: filledModels(first.models, environment),
    folder,
    epochs,
    environment,
    isOpen: !isLoopback(host),
    seal,
    telemetry,
    limits: () => settings.now.limits,
    log,
    onLine: (worker, line) => recent.keep(worker, line)
  })
  let stores: AccessStores | undefined
  let upkeep: StorageUpkeep | undefined
  const identity = new Identity({
    stores: () => stores ?? notOpenYet(),
    seal,
    demoStreams: () => live.streams.demos,
    oidc: await openOidc(access, environment),
    limits: () => settings.now.limits
  })
  const pictureTrials = new PictureTrials(join(folder.path, 'local', 'pictures'), environment)
  await pictureTrials.clean()
  const gateway = new Gateway({
    live: live.streams,
    control: live.control,
    trials: live.trials,
    settings,
    accounts: identity.accounts,
    sharing: identity.sharing,
    workers: () => live.streams.workerStates(),
    looks: { examine: options.examine, log, recent },
    health: readiness,
    folder,
    epochs,
    seal,
    openModels,
    pictureTrials,
    requireRoomToShare: principal => identity.accounts.requireRoomToShare(principal),
    share: (principal, stream) => identity.accounts.share(principal, stream)
  })
  const rates = ending.use('counting requests', await openLimits(rateLimits, environment, proxies))
  const { limits } = rates
  followSettings(settings, {
    ...{ environment, proxies, origins, limits, telemetry, live, identity, gateway },
    upkeep: () => upkeep
  })
  const server = await startServer({
    host,
    port,
    callers: withCameraCallers(identity, () => settings.now.cameraApi?.allow ?? nobody),
    proxies,
    https,
    origins,
    limits,
    health: readiness,
    lastAnswersMs,
    watch: telemetry.watch,
    routes: allRoutes({
      ...{ gateway, identity, live, log },
      problems: () => readiness.problems().length
    })
  })
  ending.use('answering requests', server)
  onChange('listening', server.url, server.httpsPort)
  const storage = await reached(
    () => openStorage({ ...options, onFatal, onQuery: telemetry.onQuery }),
    readiness,
    signal
  )
  if (storage) {
    ending.use('closing the store', storage)
    stores = accessStores(storage.database)
    await settings.open(new Settings(storage.database))
    const setUp = await identity.firstAdmin.offer()
    if (setUp !== undefined) onSetUp(setUp)
    const liveSink = live.sink(await storedSoFar(storage.database))
    upkeep = await StorageUpkeep.start(storage, {
      folder,
      policy: retentionPolicy(settings.now.retention),
      log,
      sinks: [liveSink],
      follow: sink => telemetry.followed(sink)
    })
    ending.use('what brings the logs into the store', upkeep)
    gateway.begin(storage, upkeep)
    ending.use('questions to the store', gateway)
    collectStartUp()
    readiness.follow(upkeep, live, streams, rates)
    await live.begin(storage, upkeep)
    ending.use('the live streams', live)
    await streams.follow(live, signal, file => settings.take(file))
    const seen = { streams: () => reidOfStreams(live.control), log }
    ending.use('settling who was seen', IdentityDesk.start({ database: storage.database, ...seen }))
    const { keeper } = upkeep
    const mayTake = () => keeper.mayTakeUploads()
    await gateway.takeUploads(storage, { folder, environment, settings: settings.now.uploads ?? {}, mayTake, log })
    // Before everything that answers come from.
    ending.use('answering what was asked', server)
    onChange('ready', server.url)
    // At once, and not after the jobs: tracks end, and what was seen is in the logs whatever else hangs.
    signal.addEventListener('abort', () => void live[Symbol.asyncDispose](), { once: true })
    ending.nowRunning('the jobs under way')
    await runJobs({
      ...runnerParts(storage, {
        ...{ folder, openModels, log },
        environment: {
          ...environment,
          get SIGHTLINE_LOG_LEVEL() {
            return log.level
          }
        },
        models: () => filledModels(settings.now.models, environment)
      }),
      mayBegin: mayTake,
      signal
    })
  }
  readiness.stop()
}

/** A database that is away when we start is waited for; everything else is thrown. Undefined when told to stop. */
async function reached(
  open: () => Promise<Storage>,
  readiness: Readiness,
  signal: AbortSignal
): Promise<Storage | undefined> {
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await open()
    } catch (error) {
      if (!(error instanceof SightlineError && error.retryable)) throw error
      readiness.wait(error)
      await pause(pauseMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined)
    }
  }
  return undefined
}

function notOpenYet(): never {
  throw new SightlineError('SL_STORE_UNAVAILABLE', 'The store is not open yet.', { retryable: true })
}

/** What `/readyz` says from the first moment to the last. */
class Readiness implements Health {
  #own: Problem | undefined = starting('SL_STORE_UNAVAILABLE', 'Sightline is starting.')
  #followed: readonly Health[] = []

  problems(): readonly Problem[] {
    return this.#own ? [this.#own] : this.#followed.flatMap(part => part.problems())
  }

  wait({ code, message }: SightlineError): void {
    this.#own = starting(code, message, this.#own?.sinceMs)
  }

  follow(...parts: readonly Health[]): void {
    this.#own = undefined
    this.#followed = parts
  }

  stop(): void {
    this.#own = starting('SL_CANCELLED', 'Sightline is stopping.')
  }
}

function starting(code: Problem['code'], message: string, sinceMs = Date.now()): Problem {
  return { part: 'starting', code, message, sinceMs }
}
