import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { navigation } from '../../app/navigation.ts'
import { Button } from '../../design/button.tsx'
import { Icon, type IconName } from '../../design/icon.tsx'
import { Menu } from '../../design/menu.tsx'
import { Note } from '../../design/states.tsx'
import { startDeviceCamera, stopDeviceCamera, useDeviceCamera } from '../../streams/device-camera.ts'
import { wall } from '../../strings/wall.ts'

const AddCamera = lazy(async () => ({ default: (await import('./add-camera.tsx')).AddCamera }))

/** Their page is there. */
const videosAreTaken = navigation.some(({ to }) => (to as string) === '/uploads')

interface Door {
  readonly label: string
  readonly hint: string
  readonly icon: IconName
  open(): void
}

/** How something to look at gets in. As cards where there is nothing yet, behind one button later. */
export function Doors({ look }: { readonly look: 'menu' | 'cards' }) {
  const [isAdding, setAdding] = useState(false)
  const camera = useDeviceCamera()
  const isOn = camera.phase === 'on'
  const navigate = useNavigate()
  const videos: Door = {
    label: wall.video,
    hint: wall.videoHint,
    icon: 'film',
    open: () => void navigate({ to: '/uploads' as string })
  }
  const doors: readonly Door[] = [
    {
      label: isOn ? wall.stopCamera : wall.deviceCamera,
      hint: wall.deviceCameraHint,
      icon: 'device',
      open: () => (isOn ? stopDeviceCamera() : void startDeviceCamera())
    },
    ...(videosAreTaken ? [videos] : []),
    { label: wall.addCamera, hint: wall.addCameraHint, icon: 'camera', open: () => setAdding(true) }
  ]
  return (
    <>
      {look === 'menu' ? (
        <Menu
          trigger={
            <Button look="main" icon="plus">
              {wall.add}
            </Button>
          }
          items={doors.map(({ label, icon, open }) => ({ label, icon, onSelect: open }))}
        />
      ) : (
        <div className="grid gap-3 pt-2 sm:grid-cols-2">
          {doors.map(door => (
            <DoorCard key={door.icon} door={door} />
          ))}
        </div>
      )}
      {camera.complaint !== undefined && (
        <div role="alert" className="basis-full">
          <Note tone="bad">{camera.complaint}</Note>
        </div>
      )}
      <Suspense>{isAdding && <AddCamera onClose={() => setAdding(false)} />}</Suspense>
    </>
  )
}

function DoorCard({ door: { label, hint, icon, open } }: { readonly door: Door }) {
  return (
    <button
      type="button"
      onClick={open}
      className="grid max-w-72 justify-items-start gap-1.5 rounded-large border border-frame bg-surface p-4 text-left hover:bg-raised"
    >
      <span className="text-accent">
        <Icon name={icon} size={24} />
      </span>
      <span className="font-semibold">{label}</span>
      <span className="text-small text-soft">{hint}</span>
    </button>
  )
}
