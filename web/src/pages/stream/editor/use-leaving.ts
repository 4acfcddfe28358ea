import { useBlocker, useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'

/** Whoever leaves with something that is not saved is asked first, by whichever way they go. */
export function useLeaving(stream: string, isChanged: boolean) {
  const navigate = useNavigate()
  const isSaved = useRef(false)
  const isToAsk = () => isChanged && !isSaved.current
  const blocker = useBlocker({ shouldBlockFn: isToAsk, enableBeforeUnload: isToAsk, withResolver: true })
  const leave = () => void navigate({ to: '/streams/$stream', params: { stream } })
  return {
    leave,
    leaveSaved() {
      isSaved.current = true
      leave()
    },
    isAsked: blocker.status === 'blocked',
    stay: () => blocker.reset?.(),
    proceed: () => blocker.proceed?.()
  }
}
