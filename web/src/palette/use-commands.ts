import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Who } from '../api/session.ts'
import type { NavigationEntry } from '../app/navigation.ts'
import { signOut } from '../app/sign-out.ts'
import { trackOf } from '../pages/events/event-search.ts'
import { usersQuery } from '../people/people-queries.ts'
import { prefer, useManner } from '../preferences/preferences.ts'
import { streamsQuery } from '../streams/stream-list.ts'
import { useStreamStates } from '../streams/use-live.ts'
import { eventSentence } from '../strings/event-sentence.ts'
import { events } from '../strings/events.ts'
import { dateAndTime } from '../strings/format.ts'
import { palette } from '../strings/palette.ts'
import { people } from '../strings/people.ts'
import { settingGroups } from '../strings/setting-names.ts'
import { shell } from '../strings/shell.ts'
import type { Command } from './command.ts'
import { eventQuestion } from './event-question.ts'
import { foundEventsQuery, lastJobsQuery, lastRecordingsQuery } from './palette-queries.ts'

/** Everything that somebody may go to or do, as far as it is known; what happened is what `text` asks for. */
export function useCommands(
  text: string,
  entries: readonly NavigationEntry[],
  who: Who | undefined
): { readonly commands: readonly Command[]; readonly isSearching: boolean } {
  const isSomebody = who?.name !== undefined
  const { data: streams = [] } = useQuery(streamsQuery)
  const { data: recordings = [] } = useQuery({ ...lastRecordingsQuery, enabled: isSomebody })
  const { data: jobs = [] } = useQuery({ ...lastJobsQuery, enabled: isSomebody })
  const { data: users = [] } = useQuery({ ...usersQuery, enabled: isSomebody && who.role === 'admin' })
  const question = eventQuestion(text, streams)
  const { data: found = [], isFetching } = useQuery(foundEventsQuery(question))
  const states = useStreamStates()
  const manner = useManner()
  const go = useNavigate()
  const isAdmin = isSomebody && who.role === 'admin'
  const commands: readonly Command[] = [
    ...entries.map(
      ({ to, label, icon }): Command => ({
        ...{ key: to, group: 'pages', name: label, icon },
        run: () => void go({ to })
      })
    ),
    ...(isSomebody
      ? [
          {
            ...{ key: '/account', group: 'pages', name: shell.ownAccount, icon: 'people' },
            run: () => void go({ to: '/account' })
          } satisfies Command
        ]
      : []),
    ...streams.map(
      ({ name, title }): Command => ({
        ...{ key: `stream ${name}`, group: 'streams', name: title, icon: 'camera' },
        run: () => void go({ to: '/streams/$stream', params: { stream: name } })
      })
    ),
    ...recordings.map(
      ({ id, title, createdMs }): Command => ({
        ...{ key: `recording ${id}`, group: 'recordings', name: title, icon: 'film' },
        note: dateAndTime(createdMs, manner),
        run: () => void go({ to: '/reports/$id', params: { id } })
      })
    ),
    ...jobs
      // What is done is a recording by now.
      .filter(({ state }) => state !== 'done')
      .map(
        ({ id, title, state }): Command => ({
          ...{ key: `job ${id}`, group: 'recordings', name: title, note: palette.jobStates[state], icon: 'upload' },
          run: () => void go({ to: '/uploads' })
        })
      ),
    ...(question === undefined ? [] : found).map(({ event, atMs }): Command => {
      const track = trackOf(event)
      return {
        ...{
          key: `event ${event.id}`,
          group: 'events',
          name: eventSentence(event, states.get(event.stream)?.titles),
          icon: 'events'
        },
        note: `${streams.find(({ name }) => name === event.stream)?.title ?? event.stream} · ${events.kinds[event.kind]} · ${dateAndTime(atMs, manner)}`,
        run: () =>
          void go({
            to: '/events',
            search: track === undefined ? { stream: event.stream, kind: event.kind } : { kind: 'all', track }
          })
      }
    }),
    ...(isAdmin ? users : []).map(
      ({ id, name, role }): Command => ({
        ...{ key: `user ${id}`, group: 'people', name, note: people.roles[role], icon: 'people' },
        run: () => void go({ to: '/people/$user', params: { user: id } })
      })
    ),
    ...(isAdmin ? settingGroups : []).flatMap(({ title: group, settings }) =>
      Object.entries(settings).map(
        ([key, { title }]): Command => ({
          ...{ key: `setting ${key}`, group: 'settings', name: title, note: `${group} · ${key}`, icon: 'settings' },
          run: () => void go({ to: '/settings', search: { find: key } })
        })
      )
    ),
    ...actions(isSomebody)
  ]
  return { commands, isSearching: isFetching }
}

/** What can be done from everywhere. */
function actions(isSomebody: boolean): readonly Command[] {
  const themes = (['light', 'dark', 'system'] as const).map(
    (theme): Command => ({
      ...{ key: `theme ${theme}`, group: 'actions', name: `${shell.theme}: ${shell.themes[theme]}`, icon: 'theme' },
      run: () => prefer({ theme })
    })
  )
  const units = (['metric', 'imperial'] as const).map(
    (each): Command => ({
      ...{ key: `units ${each}`, group: 'actions', name: `${shell.units}: ${shell.unitNames[each]}`, icon: 'settings' },
      run: () => prefer({ units: each })
    })
  )
  const leaving: Command = {
    key: 'sign out',
    group: 'actions',
    name: shell.signOut,
    icon: 'leave',
    run: () => void signOut()
  }
  return [...themes, ...units, ...(isSomebody ? [leaving] : [])]
}
