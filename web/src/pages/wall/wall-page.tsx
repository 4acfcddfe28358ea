import { Page } from '../../design/card.tsx'
import { pageNames } from '../../strings/shell.ts'

/** Every live stream at once. */
export function WallPage() {
  return <Page title={pageNames.wall}>{null}</Page>
}
