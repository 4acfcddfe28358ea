export interface SettingsPlace {
  readonly path: string
  /** Somebody named it: then it has to be there. */
  readonly isAsked: boolean
}

/** Which settings file counts: the one of the command line, of $SIGHTLINE_CONFIG, or else the usual one. */
export function settingsPlace(
  { config }: { readonly config?: string | undefined },
  { SIGHTLINE_CONFIG: named }: Readonly<Record<string, string | undefined>>
): SettingsPlace {
  const asked = config ?? (named || undefined)
  return { path: asked ?? 'sightline.yaml', isAsked: asked !== undefined }
}

/** What `--help` says of it. */
export const configOption = 'settings file (default: $SIGHTLINE_CONFIG, or sightline.yaml, where there is one)'
