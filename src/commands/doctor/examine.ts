import { devNull } from 'node:os'
import { isLoopback } from '../../api/request-origin.ts'
import { loadSettings } from '../../config/load-settings.ts'
import type { Settings } from '../../config/settings.ts'
import { openOidc } from '../../roles/oidc.ts'
import { webrtcSettings } from '../../roles/webrtc-settings.ts'
import { dataPlace } from '../data-place.ts'
import type { HttpsFlags } from '../https-options.ts'
import { type ListenFlags, listening } from '../listen-options.ts'
import { openModelStore } from '../open-model-store.ts'
import { parseNumber } from '../parse-regions.ts'
import { requireStrongSecrets } from '../production.ts'
import { settingsPlace } from '../settings-place.ts'
import { lookAtCertificates } from './certificates.ts'
import { type Finding, failed, look, well } from './finding.ts'
import { lookAtClock, lookAtCores, lookAtFiles, lookAtLibraries, lookAtMemory, lookAtNode } from './machine.ts'
import { lookAtModels } from './models.ts'
import { lookAtPort, lookAtUdp } from './network.ts'
import { lookAtDisk, lookAtFolder, lookAtStore, newestWrite } from './storage.ts'

/** What `serve` and `doctor` are both told. */
export interface ExaminedFlags extends ListenFlags, HttpsFlags {
  readonly config?: string
  readonly data?: string
  readonly databaseUrl?: string
  readonly port: string
}

/** Looks at everything that `serve` needs with such flags. `isServing`: it runs already, so its ports are taken. Changes nothing. */
export async function examine(
  flags: ExaminedFlags,
  environment: NodeJS.ProcessEnv,
  isServing = false
): Promise<readonly Finding[]> {
  const settings = await settingsOf(flags, environment)
  const { access, live = {}, server = {} } = settings.value
  const isProduction = server.production ?? environment.NODE_ENV === 'production'
  const host = listening(flags)
  const port = Math.round(parseNumber('--port', flags.port, 0, 65_535))
  const httpsPort = Math.round(parseNumber('--https-port', flags.httpsPort, 0, 65_535))
  const isEncrypted = flags.https || flags.tlsCert !== undefined || flags.acmeDomain !== undefined
  // A settings file that cannot be read says nothing of where the data are.
  const { folder, url } = await dataPlace(settings.isWrong ? { ...flags, config: devNull } : flags, environment)
  const isOpen = !isLoopback(host)
  const lookAtPorts = () => [
    look('port', () => lookAtPort('port', host, port, '--port')),
    ...(isEncrypted ? [look('https-port', () => lookAtPort('https-port', host, httpsPort, '--https-port'))] : []),
    look('udp', () => lookAtUdp(host, webrtcSettings(live.webrtc, isOpen).ports))
  ]
  const looks: readonly Promise<Finding>[] = [
    look('node', () => lookAtNode()),
    look('libraries', lookAtLibraries),
    look('cores', () => lookAtCores()),
    look('memory', () => lookAtMemory()),
    look('open-files', () => lookAtFiles()),
    look('clock', async () => lookAtClock(await newestWrite(folder))),
    Promise.resolve(settings.finding),
    look('secrets', async () => {
      if (isProduction) requireStrongSecrets(environment, url)
      await openOidc(access, environment, { isProduction })
      return well('secrets', 'No secret of the environment or of a file is refused.')
    }),
    look('data-folder', () => lookAtFolder(folder)),
    look('disk', () => lookAtDisk(folder)),
    look('store', () => lookAtStore(folder, url)),
    look('models', async () => lookAtModels(await openModelStore(environment))),
    ...(isServing ? [] : lookAtPorts()),
    look('certificates', () => lookAtCertificates(flags, host))
  ]
  return Promise.all(looks)
}

async function settingsOf(flags: ExaminedFlags, environment: NodeJS.ProcessEnv) {
  const { path, isAsked } = settingsPlace(flags, environment)
  try {
    const value = await loadSettings(path, isAsked)
    const found =
      Object.keys(value).length > 0 ? `${path} is right.` : 'There are none: everything is as it is by default.'
    return { value, finding: well('settings', found), isWrong: false }
  } catch (error) {
    return { value: {} satisfies Settings as Settings, finding: failed('settings', error), isWrong: true }
  }
}
