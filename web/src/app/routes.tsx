import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { Loading } from '../design/states.tsx'
import { eventSearch } from '../pages/events/event-search.ts'
import { modelSearch } from '../pages/models/model-search.ts'
import { pastSearch } from '../pages/past/past-search.ts'
import { peopleSearch } from '../pages/people/people-search.ts'
import { settingsSearch } from '../pages/settings/settings-search.ts'
import { streamSearch } from '../pages/stream/stream-search.ts'
import { systemSearch } from '../pages/system/system-search.ts'
import { PageFailed } from './page-failed.tsx'
import { PageNotFound } from './page-not-found.tsx'
import { Shell } from './shell.tsx'

const root = createRootRoute({ component: Shell })
const getParentRoute = () => root

/*
 * One route for each page; its code is fetched when it is opened. What can be set on a page stands in its address, checked by
 * `validateSearch`, so that it can be linked to. The first part of each path is in src/api/app-routes.ts, too.
 */
const routes = [
  createRoute({
    getParentRoute,
    path: '/',
    component: lazyRouteComponent(() => import('../pages/wall/wall-page.tsx'), 'WallPage')
  }),
  createRoute({
    getParentRoute,
    path: '/streams/$stream',
    validateSearch: streamSearch,
    component: lazyRouteComponent(() => import('../pages/stream/stream-page.tsx'), 'StreamPage')
  }),
  createRoute({
    getParentRoute,
    path: '/events',
    validateSearch: eventSearch,
    component: lazyRouteComponent(() => import('../pages/events/events-page.tsx'), 'EventsPage')
  }),
  createRoute({
    getParentRoute,
    path: '/uploads',
    component: lazyRouteComponent(() => import('../pages/uploads/uploads-page.tsx'), 'UploadsPage')
  }),
  createRoute({
    getParentRoute,
    path: '/past',
    validateSearch: pastSearch,
    component: lazyRouteComponent(() => import('../pages/past/past-page.tsx'), 'PastPage')
  }),
  createRoute({
    getParentRoute,
    path: '/seen',
    component: lazyRouteComponent(() => import('../pages/seen/seen-page.tsx'), 'SeenPage')
  }),
  createRoute({
    getParentRoute,
    path: '/reports/$id',
    component: lazyRouteComponent(() => import('../pages/report/report-page.tsx'), 'ReportPage')
  }),
  createRoute({
    getParentRoute,
    path: '/reports/$id/ground',
    component: lazyRouteComponent(() => import('../pages/report/ground-page.tsx'), 'GroundPage')
  }),
  createRoute({
    getParentRoute,
    path: '/models',
    validateSearch: modelSearch,
    component: lazyRouteComponent(() => import('../pages/models/models-page.tsx'), 'ModelsPage')
  }),
  createRoute({
    getParentRoute,
    path: '/models/$name',
    component: lazyRouteComponent(() => import('../pages/models/model-page.tsx'), 'ModelPage')
  }),
  createRoute({
    getParentRoute,
    path: '/system',
    validateSearch: systemSearch,
    component: lazyRouteComponent(() => import('../pages/system/system-page.tsx'), 'SystemPage')
  }),
  createRoute({
    getParentRoute,
    path: '/people',
    validateSearch: peopleSearch,
    component: lazyRouteComponent(() => import('../pages/people/people-page.tsx'), 'PeoplePage')
  }),
  createRoute({
    getParentRoute,
    path: '/people/$user',
    component: lazyRouteComponent(() => import('../pages/people/user-page.tsx'), 'UserPage')
  }),
  createRoute({
    getParentRoute,
    path: '/settings',
    validateSearch: settingsSearch,
    component: lazyRouteComponent(() => import('../pages/settings/settings-page.tsx'), 'SettingsPage')
  }),
  createRoute({
    getParentRoute,
    path: '/account',
    component: lazyRouteComponent(() => import('../pages/account/account-page.tsx'), 'AccountPage')
  }),
  createRoute({
    getParentRoute,
    path: '/design',
    component: lazyRouteComponent(() => import('../pages/design/design-page.tsx'), 'DesignPage')
  })
] as const

export function createAppRouter() {
  return createRouter({
    routeTree: root.addChildren(routes),
    defaultPreload: 'intent',
    defaultPendingComponent: () => (
      <div className="p-6">
        <Loading />
      </div>
    ),
    defaultErrorComponent: PageFailed,
    defaultNotFoundComponent: PageNotFound,
    scrollRestoration: true
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
