import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { uploads } from '../../strings/uploads.ts'

const everyMs = 3000

/** What is analysed at the moment, with its boxes; nothing where this server knows none. */
export function JobPreview({ id, title }: { readonly id: string; readonly title: string }) {
  const { data: picture } = useQuery({
    queryKey: ['jobs', 'preview', id],
    async queryFn({ signal }) {
      const answer = await fetch(`/api/v1/jobs/${id}/preview.jpg`, { signal })
      return answer.status === 200 ? answer.blob() : null
    },
    refetchInterval: everyMs,
    structuralSharing: false,
    gcTime: 0
  })
  const [address, setAddress] = useState<string>()
  useEffect(() => {
    if (!picture) return
    const made = URL.createObjectURL(picture)
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [picture])
  if (!picture || address === undefined) return null
  return <img src={address} alt={uploads.preview(title)} className="max-h-64 rounded-medium bg-stage object-contain" />
}
