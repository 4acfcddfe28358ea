import { useQuery } from '@tanstack/react-query'
import { Checkbox, Select } from '../../design/field.tsx'
import { uploadSettings as words } from '../../strings/uploads.ts'
import { detectorsHere, settingsText, type UploadWishes } from '../../uploads/upload-wishes.ts'
import { modelsQuery, remotesQuery } from '../models/model-queries.ts'
import { ClassChoice } from '../stream/editor/class-choice.tsx'
import { TilesField } from '../stream/tiles-field.tsx'

interface UploadSettingsProps {
  readonly wishes: UploadWishes
  readonly onWish: (wishes: UploadWishes) => void
}

/** How the videos that are chosen next are analysed. Folded: as usual is right for most. */
export function UploadSettings({ wishes, onWish }: UploadSettingsProps) {
  const { data: models = [] } = useQuery(modelsQuery)
  const { data: remotes = [] } = useQuery(remotesQuery)
  const here = detectorsHere(models)
  const usual = here.find(({ flags }) => flags.includes('default'))
  const { classes } = [...here, ...remotes].find(({ name }) => name === wishes.model) ?? usual ?? {}
  return (
    <details className="rounded-large border border-edge bg-surface">
      <summary className="min-h-11 cursor-pointer px-4 py-2.5">
        <span className="font-medium">{words.title}</span>{' '}
        <span className="text-small text-soft">{settingsText(wishes) === undefined ? words.usual : words.own}</span>
      </summary>
      <div className="grid max-w-2xl gap-4 px-4 pt-1 pb-4">
        <p className="text-small text-soft">{words.when}</p>
        <Select
          label={words.model}
          hint={words.modelHint}
          value={wishes.model}
          onChoice={model => onWish({ ...wishes, model, classes: undefined })}
          choices={[
            { value: '', label: words.modelUsual },
            ...here.map(({ name, title }) => ({ value: name, label: title })),
            ...remotes.map(({ name }) => ({ value: name, label: words.onServer(name) })),
            { value: 'motion', label: words.motion }
          ]}
        />
        {wishes.model !== 'motion' && (
          <>
            <ClassChoice
              label={words.lookFor}
              known={classes === 'coco' ? words.mostLookedFor : (classes ?? [])}
              chosen={wishes.classes}
              onChoice={chosen => onWish({ ...wishes, classes: chosen })}
            />
            <TilesField value={wishes.tiles} onTold={tiles => onWish({ ...wishes, tiles })} />
            <Checkbox
              label={words.onlyMoving}
              checked={wishes.every === 'auto'}
              onChange={({ target }) => onWish({ ...wishes, every: target.checked ? 'auto' : '' })}
              className="min-h-11"
            />
          </>
        )}
      </div>
    </details>
  )
}
