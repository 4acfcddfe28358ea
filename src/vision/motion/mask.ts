/** Values of a mask: one byte a pixel. */
export const backdrop = 0
export const foreground = 1
