import type { StreamFigures } from '../../api/metrics.ts'
import type { RemoteModelsSettings } from '../../config/remote-model-settings.ts'
import type { StreamSettings } from '../../config/stream-settings.ts'
import type { StateMessage } from '../../contract/live.ts'
import type { DurationsByName } from '../../core/durations.ts'
import type { Problem } from '../../core/health.ts'
import type { TracePlace } from '../../core/log-context.ts'
import type { Span } from '../../core/span.ts'
import type { EgressRules } from '../../media/egress/guard.ts'
import type { BrokenEpochRow } from '../../store/broken-epochs.ts'
import type { RemoteFigures } from '../../vision/remote/remote-tally.ts'
import type { BatchCounts } from './batch-counts.ts'

/** How much a worker tells of what it does. */
export interface Telling {
  /** Of its log. */
  readonly logLevel: string
  /** Frames of each stream that are followed in a minute; 0 for none. */
  readonly tracedPerMinute: number
}

/** Where a worker of live streams works. */
export interface WorkerPlace {
  /** Folder of all logs, and the name of this worker's. */
  readonly logs: string
  readonly logName: string
  readonly epochs: string
  /** Where models are tried that were never seen, and those are remembered that were. */
  readonly modelTrials: string
  /** Where the demo's video is kept once it was made. */
  readonly demo: string
  /** One byte for each of its streams: 1 while that is in native code. */
  readonly crumbs: string
  readonly egress: EgressRules
  readonly maxFps: number | undefined
  /** Of streams that say nothing themselves: whether the best picture of each track is kept. */
  readonly trackPictures: boolean
  /** Of the pool that decodes, how many may wait for sources that are read as containers. */
  readonly readingThreads: number
  /** Sessions of a model, at most. */
  readonly concurrency: number
  /** Frames that go through a session at once, at most; undefined: as many as suit what runs it. */
  readonly batch: number | undefined
  /** Models that servers run. */
  readonly remoteModels?: RemoteModelsSettings | undefined
  readonly telling: Telling
}

/** A stream as a worker is to host it. */
export interface StreamTask {
  readonly name: string
  /** Its byte among the crumbs. */
  readonly place: number
  readonly settings: StreamSettings
  /** Its next epoch is this or higher: what the store knows of, for when the ledger was lost. */
  readonly atLeast: number
  /** It was up before this worker had it. */
  readonly isBack: boolean
}

/** What viewers want of a stream now. */
export interface Wanted {
  readonly tracks: boolean
  readonly source: boolean
  readonly playable: boolean
}

export type ToStreamWorker =
  | { readonly type: 'begin'; readonly place: WorkerPlace }
  | { readonly type: 'host'; readonly task: StreamTask }
  /** Hosted as it is, but for what looks at it and what is measured. `isLookAnew`: that is opened anew, though it is called as it was. */
  | { readonly type: 'change'; readonly task: StreamTask; readonly isLookAnew?: boolean }
  /** Servers run these models from now on; streams are told apart from it. */
  | { readonly type: 'remotes'; readonly remoteModels: RemoteModelsSettings | undefined }
  /** It tells so much from now on. */
  | { readonly type: 'tell'; readonly telling: Telling }
  | { readonly type: 'drop'; readonly stream: string }
  | { readonly type: 'want'; readonly stream: string; readonly wanted: Wanted }
  | { readonly type: 'key'; readonly stream: string }
  | {
      readonly type: 'picture'
      readonly id: number
      readonly stream: string
      readonly boxes: boolean
      readonly maxWidth: number | undefined
    }
  | { readonly type: 'close-epoch'; readonly broken: BrokenEpochRow }
  /** A track's picture is among the assets under that digest; without one it is not. */
  | { readonly type: 'kept'; readonly id: number; readonly digest: string | undefined }
  | { readonly type: 'stop' }

export type FromStreamWorker =
  | { readonly type: 'state'; readonly state: StateMessage }
  | { readonly type: 'committed' }
  /** Nothing of what is sent to a stream is of use before its next key frame, with how pictures are encoded. */
  | { readonly type: 'key-wanted'; readonly stream: string }
  /** Steps of frames that are followed. */
  | { readonly type: 'spans'; readonly spans: readonly Span[] }
  /** A frame that is followed has brought a record of that type and id; said before it is committed. */
  | { readonly type: 'logged'; readonly record: string; readonly place: TracePlace }
  /** Something that it has written into its log, too. */
  | { readonly type: 'line'; readonly line: string }
  | { readonly type: 'no-picture'; readonly id: number; readonly code: string; readonly message: string }
  | {
      readonly type: 'figures'
      readonly streams: Readonly<Record<string, StreamFigures>>
      readonly batches: BatchCounts
      /** How long runs of models took, by what ran them. */
      readonly modelSeconds: DurationsByName
      /** What models on servers did. */
      readonly remotes: RemoteFigures
      /** How often what ran a model failed and the processor went on. */
      readonly lostProviders: number
      /** Records that wait for the disk. */
      readonly queuedRecords: number
      readonly problems: readonly Problem[]
      readonly rssBytes: number
    }
