import { SightlineError } from '../core/errors.ts'
import { BotSortTracker } from './bot-sort.ts'
import { ByteTracker } from './byte-track.ts'
import { OcSortTracker } from './oc-sort.ts'
import { SightlineTracker } from './sightline-tracker.ts'
import { SortTracker } from './sort.ts'
import type { Tracker, TrackerOptions } from './tracker.ts'

const trackers = {
  'bot-sort': (options: TrackerOptions): Tracker => new BotSortTracker(options),
  byte: (options: TrackerOptions): Tracker => new ByteTracker(options),
  'oc-sort': (options: TrackerOptions): Tracker => new OcSortTracker(options),
  sightline: (options: TrackerOptions): Tracker => new SightlineTracker(options),
  sort: (options: TrackerOptions): Tracker => new SortTracker(options)
}

export type TrackerName = keyof typeof trackers

/** Those that know tracks again by what they look like. */
export const recallingTrackers: readonly string[] = ['bot-sort', 'byte', 'sightline'] satisfies TrackerName[]

export const trackerNames = Object.keys(trackers) as readonly TrackerName[]

/** @throws SL_OPTION_INVALID for a name that is no tracker's, or options that make no sense */
export function createTracker(name: string, options: TrackerOptions): Tracker {
  if (!Object.hasOwn(trackers, name)) {
    throw new SightlineError('SL_OPTION_INVALID', `No tracker is called ${name}: choose ${trackerNames.join(' or ')}.`)
  }
  if (options.reid && !recallingTrackers.includes(name)) {
    throw new SightlineError(
      'SL_OPTION_INVALID',
      `The tracker ${name} does not look at what tracks look like: choose ${recallingTrackers.join(' or ')}, or leave reid out.`
    )
  }
  return trackers[name as TrackerName](options)
}
