import type { Event } from '../contract/event.ts'
import type {
  DirectionDefinition,
  LineDefinition,
  MeetingDefinition,
  ObjectDefinition,
  StopDefinition,
  ZoneDefinition
} from '../contract/measure-definition.ts'
import type { Stage } from '../core/stage.ts'
import { DirectionWatch } from './direction.ts'
import { LeftObjectWatch } from './left-object.ts'
import { LineCounter, lineDefaults } from './line.ts'
import type { MeasureContext } from './measure-context.ts'
import { MeetingWatch } from './meeting.ts'
import type { Scene } from './scene.ts'
import { StopWatch } from './stop.ts'
import { ZoneWatch } from './zone.ts'

type Named<Definition> = Readonly<Record<string, Definition>>

/** Everything that somebody may define to be measured, by name. */
export interface MeasureDefinitions {
  readonly lines?: Named<LineDefinition>
  readonly zones?: Named<ZoneDefinition>
  readonly stops?: Named<StopDefinition>
  readonly directions?: Named<DirectionDefinition>
  readonly meetings?: Named<MeetingDefinition>
  readonly objects?: Named<ObjectDefinition>
}

/** The measures of a stream, by kind and name. */
export class DefinedMeasures {
  readonly lines: ReadonlyMap<string, LineCounter>
  readonly zones: ReadonlyMap<string, ZoneWatch>
  /** All of them, in a fixed order: by kind, then as they were defined. */
  readonly stages: readonly Stage<Scene, Event>[]
  /**
   * Those of them that know more than the lives of the tracks that are there: crowds so far, what
   * stood there before anybody came, who an object was long ago.
   */
  readonly ofScene: ReadonlySet<Stage<Scene, Event>>

  /** @throws SL_OPTION_INVALID for a definition without sense, by its name */
  constructor(definitions: MeasureDefinitions, context: MeasureContext) {
    const { lines, zones, stops, directions, meetings, objects } = definitions
    this.lines = each(lines, (name, line) => new LineCounter(context, name, line))
    this.zones = each(zones, (name, zone) => new ZoneWatch(context, name, zone))
    const left = [...each(objects, (name, object) => new LeftObjectWatch(context, name, object)).values()]
    this.stages = [
      ...this.lines.values(),
      ...this.zones.values(),
      ...each(stops, (name, stop) => new StopWatch(context, name, stop)).values(),
      ...each(directions, (name, direction) => new DirectionWatch(context, name, direction)).values(),
      ...each(meetings, (name, meeting) => new MeetingWatch(context, name, meeting)).values(),
      ...left
    ]
    const crowded = [...this.zones].filter(([name]) => zones![name]!.crowd !== undefined)
    const farReaching = [...this.lines].filter(([name]) => reachesFar(lines![name]!))
    this.ofScene = new Set([...[...crowded, ...farReaching].map(([, measure]) => measure), ...left])
  }
}

function reachesFar({ handOver: { withinMs = 0, reach = 0 } = {} }: LineDefinition): boolean {
  return withinMs > lineDefaults.handOver.withinMs || reach > lineDefaults.handOver.reach
}

function each<Definition, Measure>(
  definitions: Named<Definition> = {},
  create: (name: string, definition: Definition) => Measure
): Map<string, Measure> {
  return new Map(Object.entries(definitions).map(([name, definition]) => [name, create(name, definition)]))
}
