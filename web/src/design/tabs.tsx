import * as Radix from '@radix-ui/react-tabs'
import type { ReactNode } from 'react'

export interface Tab<Name extends string = string> {
  readonly name: Name
  readonly label: string
  readonly content: ReactNode
}

interface TabsProps<Name extends string> {
  /** What they are about, for those who hear it. */
  readonly label: string
  readonly tabs: readonly Tab<Name>[]
  /** Kept by whoever shows them, in the address at best. */
  readonly shown: Name
  readonly onShow: (name: Name) => void
}

/** Several views of one thing, one at a time. */
export function Tabs<Name extends string>({ label, tabs, shown, onShow }: TabsProps<Name>) {
  return (
    <Radix.Root value={shown} onValueChange={name => onShow(name as Name)} className="min-w-0">
      <Radix.List aria-label={label} className="flex gap-1 overflow-x-auto border-b border-edge">
        {tabs.map(tab => (
          <Radix.Trigger
            key={tab.name}
            value={tab.name}
            className="-mb-px min-h-10 shrink-0 border-b-2 border-transparent px-3 text-body font-medium text-soft -outline-offset-2 hover:text-text data-[state=active]:border-accent data-[state=active]:text-text"
          >
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(tab => (
        <Radix.Content key={tab.name} value={tab.name} className="pt-4">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
