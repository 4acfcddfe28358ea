import { AV_LOG_FATAL } from 'node-av/constants'
import { Log } from 'node-av/lib'

/** FFmpeg and its encoders chat on stderr; what matters reaches us as a return code, and standard error is the user's. */
export function silenceFfmpeg(): void {
  Log.setLevel(AV_LOG_FATAL)
}
