/** Rejects as the opening does. What opens all the same is closed: its threads would keep the test's process for ever. */
export async function closed(opening: Promise<AsyncDisposable>): Promise<void> {
  await using _opened = await opening
}
