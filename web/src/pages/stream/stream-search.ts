/** What can be set in the address of a stream's page. */
export interface StreamSearch {
  /** Its lines and zones are being drawn. */
  readonly edit?: true
}

export function streamSearch({ edit }: Readonly<Record<string, unknown>>): StreamSearch {
  return edit === true ? { edit } : {}
}
