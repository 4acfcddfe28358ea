/**
 * Every way Sightline can refuse, by stable code. Codes are part of the contract: programs branch on
 * them, so none is ever renamed or reused.
 */
export const errorCodes = [
  // What the user typed.
  'SL_OPTION_INVALID',
  'SL_OPTION_CONFLICT',
  'SL_CONFIG_INVALID',
  'SL_RESTART_NEEDED',
  // The input video.
  'SL_INPUT_NOT_FOUND',
  'SL_INPUT_UNREADABLE',
  'SL_INPUT_REFUSED',
  'SL_INPUT_EMPTY',
  'SL_INPUT_NOT_VIDEO',
  'SL_INPUT_DAMAGED',
  'SL_INPUT_NO_VIDEO_STREAM',
  'SL_INPUT_NO_FRAMES',
  'SL_INPUT_TOO_LARGE',
  'SL_INPUT_TOO_LONG',
  'SL_INPUT_CODEC_UNSUPPORTED',
  'SL_HARDWARE_DECODING',
  'SL_INPUT_UNAUTHORISED',
  'SL_INPUT_TIMEOUT',
  'SL_INPUT_NETWORK',
  'SL_INPUT_ENDED',
  // The output.
  'SL_OUTPUT_UNWRITABLE',
  'SL_OUTPUT_FULL',
  // Tracks, detections and ground truth as text.
  'SL_ROWS_INVALID',
  'SL_EVAL_MISMATCH',
  // Stored tracks.
  'SL_TRAJECTORY_INVALID',
  'SL_TRAJECTORY_VERSION',
  'SL_TRAJECTORY_DAMAGED',
  // Models.
  'SL_MODEL_NOT_FOUND',
  'SL_MODEL_UNKNOWN',
  'SL_MODEL_DOWNLOAD_FAILED',
  'SL_MODEL_CHECKSUM',
  'SL_MODEL_NOT_ONNX',
  'SL_MODEL_EXTERNAL_DATA',
  'SL_MODEL_INPUT_RANK',
  'SL_MODEL_FAMILY_UNKNOWN',
  'SL_MODEL_OUTPUT_UNEXPECTED',
  'SL_MODEL_RUN_FAILED',
  'SL_MODEL_TRIAL_LIMIT',
  'SL_PROVIDER_UNAVAILABLE',
  'SL_PROVIDER_LOST',
  'SL_DETECTOR_INVALID',
  'SL_DETECTOR_FAILED',
  'SL_REMOTE_FAILED',
  'SL_REMOTE_LATE',
  'SL_REMOTE_REFUSED',
  'SL_REMOTE_INVALID',
  'SL_CATALOGUE_INVALID',
  'SL_EMBEDDING_INVALID',
  // What workers hand over for keeping, and questions to the store.
  'SL_RECORD_INVALID',
  'SL_RECORD_VERSION',
  'SL_RECORD_CLASH',
  'SL_RECORD_KIND_UNKNOWN',
  'SL_RECORD_TOO_LARGE',
  // The store's database.
  'SL_STORE_UNAVAILABLE',
  'SL_STORE_FULL',
  'SL_STORE_TIMEOUT',
  'SL_STORE_REFUSED',
  'SL_STORE_DAMAGED',
  'SL_DATA_NEWER',
  'SL_DATA_IN_USE',
  // The durable log and what it feeds.
  'SL_LOG_BUSY',
  'SL_LOG_FULL',
  'SL_LOG_FAILED',
  'SL_LOG_LOCKED',
  'SL_LOG_COMPLETE',
  'SL_LOG_UNWRITABLE',
  'SL_LOG_VERSION',
  'SL_LOG_DAMAGED',
  'SL_SINK_STALLED',
  'SL_DEAD_LETTERS_FULL',
  'SL_DEAD_LETTER_NOT_FOUND',
  'SL_REPLACEMENT_BROKEN',
  'SL_QUERY_INVALID',
  'SL_QUERY_TOO_LARGE',
  'SL_QUERY_OUTDATED',
  'SL_QUERY_BUSY',
  'SL_NAME_TAKEN',
  'SL_LIMIT_REACHED',
  // Jobs.
  'SL_JOB_NOT_FOUND',
  'SL_JOB_CONFLICT',
  'SL_JOB_CRASHED',
  'SL_JOB_TIME_LIMIT',
  'SL_JOB_MEMORY_LIMIT',
  'SL_JOB_DISK_LIMIT',
  'SL_JOB_LOG_LIMIT',
  // Blobs and the names they are kept under.
  'SL_BLOB_DIGEST',
  'SL_BLOB_NAME',
  'SL_BLOB_NOT_FOUND',
  'SL_BLOB_DAMAGED',
  'SL_BLOB_RANGE',
  'SL_BLOB_TOO_LARGE',
  'SL_BLOB_SOURCE',
  'SL_BLOB_LINK',
  'SL_BLOB_FULL',
  'SL_BLOB_STORAGE',
  // Files that people send.
  'SL_UPLOAD_LIMIT',
  'SL_UPLOAD_TOO_LARGE',
  'SL_UPLOAD_CONFLICT',
  // Backups, and what is left on the disks.
  'SL_BACKUP_INVALID',
  'SL_BACKUP_VERSION',
  'SL_BACKUP_DAMAGED',
  'SL_RESTORE_NOT_EMPTY',
  'SL_RESTORE_UNFINISHED',
  'SL_STORAGE_LOW',
  'SL_STORAGE_BUDGET',
  // Live streams.
  'SL_STREAM_UNKNOWN',
  'SL_STREAM_DARK',
  'SL_STREAM_CONFIGURED',
  'SL_TRIAL_LIMIT',
  'SL_CAMERA_LIMIT',
  'SL_WORKER_CRASHED',
  'SL_VIEW_LIMIT',
  'SL_PUSH_REFUSED',
  'SL_PUSH_TAKEN',
  // WebRTC.
  'SL_OFFER_INVALID',
  'SL_OFFER_UNUSABLE',
  'SL_SESSION_LIMIT',
  'SL_SESSION_UNKNOWN',
  'SL_SESSION_RESTART',
  // The live socket, and frames that somebody pushes.
  'SL_LIVE_REQUEST_INVALID',
  'SL_PUSH_INVALID',
  'SL_PUSH_TOO_LARGE',
  // The server.
  'SL_LISTEN_REFUSED',
  'SL_ENDING_STUCK',
  'SL_ROUTE_UNKNOWN',
  'SL_REQUEST_INVALID',
  'SL_METHOD_REFUSED',
  'SL_RESOURCE_UNKNOWN',
  'SL_PRECONDITION_FAILED',
  'SL_KEY_REUSED',
  'SL_KEY_CONFLICT',
  'SL_SIGN_IN_REQUIRED',
  'SL_NOT_PERMITTED',
  'SL_SIGN_IN_REFUSED',
  'SL_SIGN_IN_TRIES',
  'SL_IDENTITY_PROVIDER',
  'SL_RATE_LIMIT',
  'SL_REDIS_UNAVAILABLE',
  'SL_SET_UP_REFUSED',
  'SL_PASSWORD_WEAK',
  'SL_SECRET_WEAK',
  'SL_USER_UNKNOWN',
  'SL_LAST_ADMIN_CONFLICT',
  'SL_TOKEN_REFUSED',
  'SL_ORIGIN_REFUSED',
  'SL_ENCRYPTION_REQUIRED',
  'SL_CERTIFICATE_INVALID',
  'SL_CERTIFICATE_REFUSED',
  // Everything else.
  'SL_CHECK_FAILED',
  'SL_CANCELLED',
  'SL_INTERNAL'
] as const

export type ErrorCode = (typeof errorCodes)[number]

export interface ErrorDetails {
  readonly cause?: unknown
  /** True when the same call may succeed later without anybody changing anything. */
  readonly retryable?: boolean
}

/** The only error that crosses a folder's border. Branch on `code` and `retryable`, never on text. */
export class SightlineError extends Error {
  readonly code: ErrorCode
  readonly retryable: boolean

  constructor(code: ErrorCode, message: string, { cause, retryable = false }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'SightlineError'
    this.code = code
    this.retryable = retryable
  }
}

/** Exit status for a program that ends with this error: 2 for what the user typed, 130 for Ctrl-C, else 1. */
export function exitStatus(error: unknown): number {
  if (!(error instanceof SightlineError)) return 1
  if (error.code === 'SL_CANCELLED') return 130
  return error.code === 'SL_OPTION_INVALID' || error.code === 'SL_OPTION_CONFLICT' || error.code === 'SL_CONFIG_INVALID'
    ? 2
    : 1
}
