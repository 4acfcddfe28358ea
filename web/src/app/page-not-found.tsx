import { Link } from '@tanstack/react-router'
import { buttonLook } from '../design/button.tsx'
import { Page } from '../design/card.tsx'
import { Empty } from '../design/states.tsx'
import { shell } from '../strings/shell.ts'

/** For an address that leads nowhere. */
export function PageNotFound() {
  const action = (
    <Link to="/" className={buttonLook('main')}>
      {shell.toWall}
    </Link>
  )
  return (
    <Page title={shell.nothingHere}>
      <Empty icon="search" title={shell.nothingHere} action={action}>
        {shell.nothingHereWhy}
      </Empty>
    </Page>
  )
}
