import { JobId, NewJob } from '../../contract/api/job.ts'
import { StreamName } from '../../contract/api/stream.ts'
import { cancelJob, createJob } from '../resources/jobs.ts'
import { addStream, changeStream, pauseStream, removeStream, resumeStream } from '../resources/stream-changes.ts'
import { NewStream, StreamChange } from '../rest/stream-forms.ts'
import { type Arguments, type Asking, argumentsOf, exactly } from './asked.ts'

type Field = (_: unknown, given: Arguments, asking: Asking) => unknown

const newJob = argumentsOf(NewJob)
const jobId = argumentsOf(JobId)
const newStream = exactly(NewStream)
const streamChange = exactly(StreamChange)
const streamName = argumentsOf(StreamName)

/** What can be changed: by the functions that `/api/v1` changes it with, which write down who did. */
export const mutationFields: Readonly<Record<string, Field>> = {
  addStream: (_, { definition }, { sources, principal }) => addStream(sources, principal, newStream(definition)),
  changeStream: (_, { stream, change }, { sources, principal }) =>
    changeStream(sources, principal, streamName({ stream }).stream, streamChange(change)),
  pauseStream: (_, given, { sources, principal }) => pauseStream(sources, principal, streamName(given).stream),
  resumeStream: (_, given, { sources, principal }) => resumeStream(sources, principal, streamName(given).stream),
  async removeStream(_, given, { sources, principal }) {
    const { stream } = streamName(given)
    await removeStream(sources, principal, stream)
    return stream
  },
  createJob: (_, { job }, { sources, principal }) => createJob(sources, principal, newJob(job as Arguments)),
  cancelJob: (_, given, { sources, principal }) => cancelJob(sources, principal, jobId(given).id)
}
