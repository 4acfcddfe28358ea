import { useState } from 'react'
import { Button } from '../../design/button.tsx'
import { Card } from '../../design/card.tsx'
import { Confirm } from '../../design/confirm.tsx'
import { CopiedText } from '../../design/copied-text.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Checkbox, Field, Select, Switches, TextArea } from '../../design/field.tsx'
import { Icon, iconNames } from '../../design/icon.tsx'
import { Menu } from '../../design/menu.tsx'
import { TimeField } from '../../design/time-field.tsx'
import { toast } from '../../design/toast.tsx'
import { design } from '../../strings/design.ts'
import { shell } from '../../strings/shell.ts'

const looks = ['main', 'plain', 'quiet', 'danger'] as const

export function ControlSamples() {
  const [kind, setKind] = useState<'person' | 'car'>('person')
  const [view, setView] = useState<'grid' | 'list'>('grid')
  const [isOpen, setOpen] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const [atMs, setAtMs] = useState<number>()
  return (
    <>
      <Card title={design.buttons}>
        <div className="flex flex-wrap gap-2">
          {looks.map(look => (
            <Button key={look} look={look}>
              {design.looks[look]}
            </Button>
          ))}
          <Button look="main" isBusy>
            {design.busy}
          </Button>
          <Button isSmall icon="plus">
            {design.looks.plain}
          </Button>
        </div>
      </Card>
      <Card title={design.icons}>
        <ul className="flex flex-wrap gap-3 text-soft">
          {iconNames.map(name => (
            <li key={name} title={name}>
              <Icon name={name} />
            </li>
          ))}
        </ul>
      </Card>
      <Card title={design.fields}>
        <div className="grid gap-4">
          <Field label={design.name} hint={design.nameHint} autoComplete="off" />
          <Field label={design.name} error={design.nameError} autoComplete="off" />
          <Select
            label={design.kind}
            value={kind}
            onChoice={setKind}
            choices={[
              { value: 'person', label: design.kinds.person },
              { value: 'car', label: design.kinds.car }
            ]}
          />
          <TextArea label={design.notes} rows={2} />
          <TimeField label={design.since} value={atMs} onChange={setAtMs} />
          <CopiedText label={design.address} text="rtsp://192.168.1.20/main" />
          <Checkbox label={design.notify} defaultChecked />
          <Switches
            name={design.view}
            value={view}
            onChoice={setView}
            choices={[
              { value: 'grid', label: design.views.grid },
              { value: 'list', label: design.views.list }
            ]}
          />
        </div>
      </Card>
      <Card title={design.over}>
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setOpen(true)}>{design.openDialog}</Button>
          <Button onClick={() => setAsking(true)}>{design.openConfirm}</Button>
          <Menu
            trigger={<Button icon="more">{design.openMenu}</Button>}
            items={[
              { label: design.menuItems.first, isChosen: true, onSelect() {} },
              { label: design.menuItems.second, onSelect() {} }
            ]}
          />
          <Button onClick={() => toast({ text: design.toastText, action: { label: shell.undo, run() {} } })}>
            {design.showToast}
          </Button>
        </div>
        <Dialog isOpen={isOpen} onClose={() => setOpen(false)} title={design.openDialog}>
          <p>{design.dialogText}</p>
        </Dialog>
        {isAsking && (
          <Confirm
            title={design.openConfirm}
            action={design.looks.danger}
            onConfirm={() => setAsking(false)}
            onClose={() => setAsking(false)}
          >
            {design.confirmText}
          </Confirm>
        )}
      </Card>
    </>
  )
}
