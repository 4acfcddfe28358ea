import { Page } from '../../design/card.tsx'
import { pageNames } from '../../strings/shell.ts'
import { ColourSamples } from './colour-samples.tsx'
import { ControlSamples } from './control-samples.tsx'
import { StateSamples } from './state-samples.tsx'

/** Every part that pages are made of, for whoever makes the next one. */
export function DesignPage() {
  return (
    <Page title={pageNames.design}>
      <div className="gap-4 *:mb-4 *:break-inside-avoid lg:columns-2">
        <ColourSamples />
        <ControlSamples />
        <StateSamples />
      </div>
    </Page>
  )
}
