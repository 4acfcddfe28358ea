/** What public/app/theme.js looks for before a page is drawn. */
const key = 'sightline-letters'
/** By then a page is whole, on a slow network too. */
const waitMs = 5000

/**
 * Has a phone fetch our letters once nothing else is to be done, for the pages that are opened from then on: on the one that is open
 * they would move what is being read. Where there is more room they come with the page.
 */
export function keepLetters(): void {
  addEventListener('load', () => {
    setTimeout(async () => {
      try {
        if ((await document.fonts.load('1rem Inter')).length > 0) localStorage.setItem(key, 'ours')
      } catch {
        // Without them the device's own stay.
      }
    }, waitMs)
  })
}
