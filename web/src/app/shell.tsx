import { Link, Outlet, useNavigate } from '@tanstack/react-router'
import { useWho } from '../api/session.ts'
import { Icon } from '../design/icon.tsx'
import { Menu } from '../design/menu.tsx'
import { Note } from '../design/states.tsx'
import { Toasts } from '../design/toast.tsx'
import { shell } from '../strings/shell.ts'
import { AccountMenu } from './account-menu.tsx'
import { CommandPalette } from './command-palette.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { type NavigationEntry, navigationFor } from './navigation.ts'

/** As many as have room on a phone; the others are behind one more. */
const mostOnPhone = 4

/** Around every page: where one can go, who one is, and whether the server answers. */
export function Shell() {
  const who = useWho()
  const entries = navigationFor(who)
  const isDemo = who !== undefined && !who.isSetUp
  return (
    <div className="grid print:block min-h-dvh grid-cols-1 grid-rows-[auto_1fr] lg:grid-cols-[13rem_1fr]">
      <a
        href="#page"
        className="sr-only z-50 rounded-medium bg-surface px-4 py-2 focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        {shell.skip}
      </a>
      <header className="print:hidden flex items-center gap-3 border-b border-edge bg-surface px-4 py-2 lg:col-span-2">
        <Link to="/" className="flex items-center gap-2.5 rounded-small text-lead font-semibold tracking-tight">
          <img src="/web/live/icon.svg" alt="" width={24} height={24} />
          Sightline
        </Link>
        <div className="ml-auto flex items-center gap-1">
          <CommandPalette entries={entries} />
          <AccountMenu who={who} />
        </div>
      </header>
      <nav
        aria-label={shell.navigation}
        className="hidden print:hidden! border-r border-edge bg-surface p-3 lg:sticky lg:top-0 lg:grid lg:content-start lg:gap-1"
      >
        {entries.map(entry => (
          <NavigationLink key={entry.to} entry={entry} />
        ))}
      </nav>
      <div className="min-w-0 pb-(--navigation) print:pb-0">
        {isDemo && (
          <aside aria-label={shell.about} className="px-4 pt-4 md:px-6">
            <Note tone="info">{shell.demo}</Note>
          </aside>
        )}
        <main id="page" tabIndex={-1} className="outline-none">
          <Outlet />
        </main>
      </div>
      {entries.length > 1 && <PhoneNavigation entries={entries} />}
      {/* Over the page, wherever one is in it: nothing moves when it comes and goes. */}
      <div className="pointer-events-none fixed inset-x-4 bottom-20 z-50 grid gap-2 print:hidden lg:bottom-6">
        <Toasts />
        <ConnectionBanner />
      </div>
    </div>
  )
}

function NavigationLink({ entry: { to, icon, label } }: { readonly entry: NavigationEntry }) {
  return (
    <Link
      to={to}
      className="flex min-h-10 items-center gap-3 rounded-medium px-3 font-medium text-soft hover:bg-raised hover:text-text aria-[current=page]:bg-raised aria-[current=page]:text-text"
    >
      <Icon name={icon} />
      {label}
    </Link>
  )
}

/** At the bottom, where thumbs are. The page ends above it. */
function PhoneNavigation({ entries }: { readonly entries: readonly NavigationEntry[] }) {
  const navigate = useNavigate()
  const hasMore = entries.length > mostOnPhone + 1
  const shown = hasMore ? entries.slice(0, mostOnPhone) : entries
  const look =
    'grid min-h-14 flex-1 content-center justify-items-center gap-0.5 text-note font-medium text-soft aria-[current=page]:text-accent'
  return (
    <nav
      aria-label={shell.navigation}
      className="fixed inset-x-0 bottom-0 z-30 flex h-(--navigation) print:hidden border-t border-edge bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      {shown.map(({ to, icon, label }) => (
        <Link key={to} to={to} className={look}>
          <Icon name={icon} />
          {label}
        </Link>
      ))}
      {hasMore && (
        <Menu
          trigger={
            <button type="button" aria-label={shell.more} className={look}>
              <Icon name="more" />
            </button>
          }
          items={entries.slice(mostOnPhone).map(({ to, icon, label }) => ({
            label,
            icon,
            onSelect: () => void navigate({ to })
          }))}
        />
      )}
    </nav>
  )
}
