import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { Model } from '../../../../src/contract/api/model.ts'
import { Badge } from '../../design/badge.tsx'
import { Page } from '../../design/card.tsx'
import { Switches } from '../../design/field.tsx'
import { Empty, Failed, Loading } from '../../design/states.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { fileSize } from '../../strings/format.ts'
import { models } from '../../strings/models.ts'
import { pageNames } from '../../strings/shell.ts'
import { Licence, TrustFlags } from './model-badges.tsx'
import { ModelPull } from './model-pull.tsx'
import { modelsQuery } from './model-queries.ts'

const tasks = Object.keys(models.tasks)
const shownNames = ['all', 'here'] as const

/** What can find things, by what it finds: under which licence, how large, how far it can be trusted, whether it is here. */
export function ModelsPage() {
  const { shown = 'all' } = useSearch({ from: '/models' })
  const navigate = useNavigate({ from: '/models' })
  const choice = (
    <Switches
      name={models.shown}
      value={shown}
      choices={shownNames.map(value => ({ value, label: models.shownNames[value] }))}
      onChoice={value => void navigate({ search: value === 'all' ? {} : { shown: value }, replace: true })}
    />
  )
  return (
    <Page title={pageNames.models} actions={choice}>
      <p className="max-w-prose text-soft">{models.intro}</p>
      <ModelTables isHereOnly={shown === 'here'} />
    </Page>
  )
}

function ModelTables({ isHereOnly }: { readonly isHereOnly: boolean }) {
  const { data, error, refetch } = useQuery(modelsQuery)
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const rows = isHereOnly ? data.filter(({ isPresent }) => isPresent) : data
  if (rows.length === 0) return <Empty icon="models" title={models.noneHere} />
  return tasks.map(task => {
    const ofTask = rows.filter(each => each.task === task)
    if (ofTask.length === 0) return null
    return (
      <section key={task} aria-label={models.tasks[task]} className="grid gap-2 pt-2">
        <h2 className="text-lead font-semibold">{models.tasks[task]}</h2>
        <ModelTable caption={models.tasks[task] ?? task} rows={ofTask} />
      </section>
    )
  })
}

function family({ family: name, flags }: Model) {
  return (
    <span className="grid gap-0.5">
      {name}
      <span className="text-small text-soft">
        {flags.includes('experimental') ? models.experimental : models.proven}
      </span>
    </span>
  )
}

function ModelTable({ caption, rows }: { readonly caption: string; readonly rows: readonly Model[] }) {
  const manner = useManner()
  const columns: readonly Column<Model>[] = [
    {
      name: 'model',
      label: models.model,
      cell: ({ name, title, flags, licence }) => (
        <span className="grid gap-0.5">
          <span className="flex flex-wrap items-center gap-2">
            <Link
              to="/models/$name"
              params={{ name }}
              className="rounded-small font-medium text-accent underline-offset-2 hover:underline"
            >
              {name}
            </Link>
            {flags.includes('default') && (
              <span title={models.usualWhy}>
                <Badge tone="info">{models.usual}</Badge>
              </span>
            )}
            <TrustFlags flags={flags} />
          </span>
          <span className="text-small text-soft">{title}</span>
          <span className="text-small md:hidden">
            <Licence licence={licence} flags={flags} />
          </span>
        </span>
      )
    },
    {
      name: 'licence',
      label: models.licence,
      isExtra: true,
      cell: ({ licence, flags }) => <Licence licence={licence} flags={flags} />
    },
    { name: 'family', label: models.family, isExtra: true, cell: family },
    {
      name: 'speed',
      label: models.speed,
      isExtra: true,
      cell: ({ speed }) => (speed === null ? '–' : <span title={models.speedWhy[speed]}>{models.speeds[speed]}</span>)
    },
    {
      name: 'size',
      label: models.size,
      isNumber: true,
      isExtra: true,
      cell: ({ bytes }) => (bytes === null ? '–' : fileSize(bytes, manner))
    },
    { name: 'state', label: models.state, cell: model => <ModelPull model={model} /> }
  ]
  return <Table caption={caption} columns={columns} rows={rows} keyOf={({ name }) => name} />
}
