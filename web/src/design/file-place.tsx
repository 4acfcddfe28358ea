import { type ReactNode, useRef, useState } from 'react'
import { classNames } from './class-names.ts'

interface FilePlaceProps {
  /** Id of what says what it is for. */
  readonly labelledBy: string
  /** What choosing is called, for those who hear it. */
  readonly choose: string
  /** As an input of files has it. */
  readonly accept: string
  readonly multiple?: boolean
  readonly onFiles: (files: readonly File[]) => void
  readonly className: string
  /** @param open has files be chosen */
  readonly children: (open: () => void) => ReactNode
}

/** Takes files that are dropped on it, or chosen. */
export function FilePlace(props: FilePlaceProps) {
  const { labelledBy, choose, accept, multiple = false, onFiles, className, children } = props
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  return (
    <section
      aria-labelledby={labelledBy}
      data-over={isOver}
      onDragOver={event => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        event.preventDefault()
        setOver(false)
        onFiles([...event.dataTransfer.files])
      }}
      className={classNames(
        'rounded-large border-2 border-dashed border-frame data-[over=true]:border-accent data-[over=true]:bg-raised',
        className
      )}
    >
      {children(() => input.current?.click())}
      <input
        ref={input}
        type="file"
        multiple={multiple}
        hidden
        accept={accept}
        aria-label={choose}
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])])
          target.value = ''
        }}
      />
    </section>
  )
}
