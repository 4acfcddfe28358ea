// The disposable process that opens a stranger's file: one job, then it ends.
import { planAnalysis } from '../commands/analysis-options.ts'
import { runAnalysis } from '../commands/analysis-run.ts'
import { openModelStore } from '../commands/open-model-store.ts'
import { createLog } from '../core/log.ts'
import { EventLog } from '../events/event-log.ts'
import { runAsWorker } from '../jobs/worker-side.ts'
import { JobPreview } from './job-preview.ts'
import { JobRecords } from './job-worker-records.ts'
import { type AnalysisJobReport, type AnalysisTask, readJobOptions, workPlaces } from './job-worker-task.ts'

await runAsWorker<AnalysisTask>(async (task, talk): Promise<AnalysisJobReport> => {
  const { input, stream, epoch, models, maxPixels, maxDurationMs } = task
  const { title, flags, settings, modifiedMs } = readJobOptions(task.options)
  const planned = planAnalysis(input, { ...flags, out: workPlaces.out }, settings)
  const plan = { ...planned, maxPixels: Math.min(maxPixels, planned.maxPixels ?? Number.POSITIVE_INFINITY) }
  await using log = await EventLog.open({
    logs: workPlaces.logs,
    name: workPlaces.logName,
    job: { stream, epoch }
  })
  const records = new JobRecords({
    log,
    crops: workPlaces.crops,
    preview: new JobPreview(workPlaces.preview),
    startedMs: ({ video }) => plan.wallTime?.startEpochMs ?? Math.round(modifiedMs - (video.durationMs ?? 0)),
    maxDurationMs,
    span: plan,
    onFrame: (done, total) =>
      talk.progress(total ? done / total : 0, total ? `${done} of ${total} frames` : `${done} frames`)
  })
  const summary = await runAnalysis(plan, {
    origin: { stream, epoch },
    title,
    follower: records,
    models,
    openStore: () => openModelStore(),
    terminal: process,
    silent: true,
    signal: new AbortController().signal,
    log: createLog(process.env.SIGHTLINE_LOG_LEVEL)
  })
  return { summary, startedMs: records.startedMs, durationMs: records.durationMs }
})
