import { styleText } from 'node:util'

export type Style = 'red' | 'green' | 'yellow' | 'cyan' | 'magenta' | 'dim' | 'bold'

/** Colours text or leaves it alone; views take one and never ask where they write to. */
export type Paint = (style: Style, text: string) => string

export const plain: Paint = (_style, text) => text

/** `validateStream: false`: whether to colour was decided once, in `colourWanted`. */
export const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false })

/** NO_COLOR (any value that is not empty) and --no-color win over a terminal; a dumb one gets none. */
export const colourWanted = (
  isTerminal: boolean,
  noColourFlag: boolean,
  env: Readonly<Record<string, string | undefined>>,
): boolean => isTerminal && !noColourFlag && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
