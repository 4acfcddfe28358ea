import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Model } from '../../../../src/contract/api/model.ts'
import { useWho } from '../../api/session.ts'
import { buttonLook } from '../../design/button.tsx'
import { Card, Page } from '../../design/card.tsx'
import { Empty, Failed, Loading, Note } from '../../design/states.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { fileSize } from '../../strings/format.ts'
import { models } from '../../strings/models.ts'
import { Licence, TrustFlags, warnings } from './model-badges.tsx'
import { ModelPull } from './model-pull.tsx'
import { modelsQuery } from './model-queries.ts'
import { ModelStreams } from './model-streams.tsx'
import { PictureTry } from './picture-try.tsx'

/** One model: what there is to know of it, what it finds in a picture, and which streams it looks at. */
export function ModelPage() {
  const { name } = useParams({ from: '/models/$name' })
  const { data, error, refetch } = useQuery(modelsQuery)
  const model = data?.find(each => each.name === name)
  const toAll = (
    <Link to="/models" className={buttonLook('plain')}>
      {models.toAll}
    </Link>
  )
  return (
    <Page title={model?.name ?? name} actions={toAll}>
      {error && !data && <Failed error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && !model && (
        <Empty icon="models" title={models.unknown}>
          {models.unknownWhy}
        </Empty>
      )}
      {model && <ModelParts key={name} model={model} />}
    </Page>
  )
}

function ModelParts({ model }: { readonly model: Model }) {
  const who = useWho()
  const mayTry = who?.name !== undefined && who.role !== 'viewer'
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_26rem] xl:grid-rows-[auto_1fr]">
      <Card
        title={model.title}
        actions={model.isPresent ? <ModelPull model={model} /> : undefined}
        className="xl:col-start-2"
      >
        <ModelFacts model={model} />
      </Card>
      {mayTry && (
        <div className="xl:col-start-1 xl:row-span-2 xl:row-start-1">
          <PictureTry model={model} />
        </div>
      )}
      {mayTry && (
        <div className="xl:col-start-2">
          <ModelStreams model={model} />
        </div>
      )}
    </div>
  )
}

function ModelFacts({ model }: { readonly model: Model }) {
  const manner = useManner()
  const { name, licence, flags, family, input, bytes, jobs, speed, classes, notes, isPresent, isDownloadable } = model
  const { facts } = models
  const rows: readonly (readonly [name: string, value: ReactNode])[] = [
    [facts.name, name],
    [facts.licence, <Licence key="licence" licence={licence} flags={flags} />],
    [
      facts.family,
      <span key="family" className="inline-flex flex-wrap items-center gap-2">
        {flags.includes('experimental') ? family : `${family}, ${models.proven}`}
        <TrustFlags flags={flags} />
      </span>
    ],
    [facts.input, models.inputSize(input.width, input.height)],
    [facts.size, bytes === null ? '–' : fileSize(bytes, manner)],
    [facts.speed, speed === null ? '–' : models.speedWhy[speed]],
    ...(jobs.length === 0 ? [] : [[facts.jobs, jobs.map(job => models.jobs[job] ?? job).join(', ')] as const]),
    [facts.classes, classes === 'coco' ? models.coco : (classes?.join(', ') ?? models.noClasses)],
    ...(notes === null ? [] : [[facts.notes, notes] as const])
  ]
  return (
    <div className="grid gap-3">
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1.5">
        {rows.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-soft">{label}</dt>
            <dd className="wrap-anywhere">{value}</dd>
          </div>
        ))}
      </dl>
      {warnings(model).map(text => (
        <Note key={text} tone="warn">
          {text}
        </Note>
      ))}
      {!isPresent && <ModelPull model={model} />}
      {!isPresent && !isDownloadable && <p className="text-small text-soft">{models.noAddress}</p>}
    </div>
  )
}
