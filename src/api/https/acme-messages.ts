/** What the thread is to get a certificate with. All keys are PEM. */
export interface AcmeOrder {
  readonly directory: string
  readonly domain: string
  readonly email: string
  readonly accountKey: string
  /** An authority that vouches for the directory itself, where it is a private one. */
  readonly trust?: string
}

export type FromAcmeThread =
  /** What has to be answered at `/.well-known/acme-challenge/TOKEN` from now on. The thread waits until it is. */
  | { readonly kind: 'challenge'; readonly token: string; readonly answer: string }
  | { readonly kind: 'done'; readonly cert: string; readonly key: string }
  | { readonly kind: 'failed'; readonly why: string }

/** The only message to the thread: its challenge is answered. */
export type ToAcmeThread = 'answered'
