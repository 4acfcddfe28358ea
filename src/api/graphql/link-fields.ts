import type { Arguments, Asking } from './asked.ts'

interface OfStream {
  readonly stream: string
}

const ofStream = ({ stream }: OfStream, _: Arguments, { links }: Asking) => links.streams.find(stream)

/** From an item to what it belongs to: together with its neighbours in a list, in one question. */
export const linkFields = {
  Recording: {
    ofStream,
    files: ({ id }: { readonly id: string }, _: Arguments, { links }: Asking) => links.files.find(id)
  },
  Event: { ofStream },
  Track: { ofStream },
  Job: { ofStream },
  Stream: {
    inSite: ({ site }: { readonly site: string | null }, _: Arguments, { links }: Asking) =>
      site === null ? null : links.sites.find(site)
  }
}
