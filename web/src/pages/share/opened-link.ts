/** A link as somebody opened it. */
export interface OpenedLink {
  readonly id: string
  /** Undefined where this browser was given its cookie before, or the address was cut. */
  readonly secret: string | undefined
}

/** @param address such as `/shared/ID` with `#SECRET`; undefined for what is no link */
export function linkOf({
  pathname,
  hash
}: {
  readonly pathname: string
  readonly hash: string
}): OpenedLink | undefined {
  const [, id] = /^\/shared\/([0-9a-f-]{36})\/?$/.exec(pathname) ?? []
  const [, secret] = /^#([\w-]{1,128})$/.exec(hash) ?? []
  return id === undefined ? undefined : { id, secret }
}
