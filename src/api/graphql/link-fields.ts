import type { Arguments, Asking } from './asked.ts'

interface Identified {
  readonly id: string
}

interface OfStream {
  readonly stream: string
}

const ofStream = ({ stream }: OfStream, _: Arguments, { links }: Asking) => links.streams.find(stream)

/** From an item to what it belongs to: together with its neighbours in a list, in one question. */
export const linkFields = {
  Recording: {
    ofStream,
    files: ({ id }: Identified, _: Arguments, { links }: Asking) => links.files.find(id)
  },
  Event: { ofStream },
  Track: { ofStream },
  Job: { ofStream },
  Clip: { ofStream },
  Report: { ofStream },
  ReportWithSummary: { ofStream },
  User: {
    grants: ({ id }: Identified, _: Arguments, { links }: Asking) => links.grants.find(id)
  },
  Stream: {
    inSite: ({ site }: { readonly site: string | null }, _: Arguments, { links }: Asking) =>
      site === null ? null : links.sites.find(site)
  }
}
