import { JobId, JobItem, JobQuery, NewJob } from '../../contract/api/job.ts'
import { cancelJob, createJob, findJob, findPreview, listJobs } from '../resources/jobs.ts'
import { addList } from './list-route.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'

const tag = 'jobs'
const listed = { area: 'jobs', need: 'view', stream: 'none' } as const
const found = { ...listed, stream: 'found' } as const

/** `/api/v1/jobs`: analyses that wait, are done, or were. */
export function jobRoutes(scope: RestScope): void {
  addList(scope, {
    path: '/api/v1/jobs',
    access: listed,
    ...{ tag, summary: 'Jobs, the newest first' },
    query: JobQuery,
    item: JobItem,
    page: ({ sources, principal, query }) => listJobs(sources, principal, query)
  })
  addRoute(scope, {
    method: 'POST',
    path: '/api/v1/jobs',
    access: { ...listed, need: 'operate' },
    ...{ tag, summary: 'Have a recording or an upload analysed' },
    body: NewJob,
    once: true,
    problems: [404],
    answers: { 201: JobItem },
    async handle({ sources, principal, body, reply }) {
      const job = await createJob(sources, principal, body)
      reply.header('location', `/api/v1/jobs/${job.id}`)
      return job
    }
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/jobs/:id',
    access: found,
    ...{ tag, summary: 'A job, and how far it is' },
    params: JobId,
    tagged: true,
    answers: { 200: JobItem },
    handle: ({ sources, principal, params }) => findJob(sources, principal, params.id)
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/jobs/:id/preview.jpg',
    access: found,
    ...{
      tag,
      summary: 'The last picture that was analysed, with its boxes',
      description: 'Of a job that is worked on by the machine that is asked; otherwise nothing (204).'
    },
    params: JobId,
    answers: { 200: { description: 'The picture.', content: { 'image/jpeg': undefined } }, 204: null },
    async handle({ sources, principal, params, reply }) {
      const picture = await findPreview(sources, principal, params.id)
      reply.header('cache-control', 'no-store')
      return picture ? reply.type('image/jpeg').send(picture) : reply.code(204).send()
    }
  })
  addRoute(scope, {
    method: 'POST',
    path: '/api/v1/jobs/:id/cancel',
    access: { ...found, need: 'operate' },
    ...{ tag, summary: 'Have a job stop', description: 'One that has ended stays as it is.' },
    params: JobId,
    answers: { 200: JobItem },
    handle: ({ sources, principal, params }) => cancelJob(sources, principal, params.id)
  })
}
