/** What of a video element is needed for it. */
interface Shown {
  preload: string
  currentTime: number
  scrollIntoView(how: { readonly block: 'center' }): void
}

/** Brings into sight what is seen `seconds` after a recording's start. */
export function showAt(video: Shown, seconds: number): void {
  // One that nobody has played yet has nothing of it to show.
  if (video.preload === 'none') video.preload = 'auto'
  video.currentTime = seconds
  video.scrollIntoView({ block: 'center' })
}
