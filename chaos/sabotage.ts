/** One thing that the runtime must do and, sabotaged, does not. Never shipped: it only shows that the campaign can fail. */
export interface Sabotage {
  readonly name: string
  readonly alter: (text: string) => string
}

/** Replaces what must be there; a runtime that changed is told, not silently left whole. */
const exchange =
  (...pairs: readonly (readonly [string, string])[]) =>
  (text: string): string =>
    pairs.reduce((now, [from, to]) => {
      if (!now.includes(from)) throw new Error(`the runtime holds no ${from}: the sabotage has to follow it`)
      return now.replaceAll(from, () => to)
    }, text)

/** The end of a directory of candidates in the runtime's own words. */
const dropsGuard = ['rmdir -- "./$', '{hx_p_guard_made##*/}"'].join('')

export const sabotages: readonly Sabotage[] = [
  {
    name: 'one sync missing: the intent is not brought to the disk',
    alter: exchange([
      'hx_tx_sync_intent() { hx_sync "$hx_t_intent" "$HX_DIR/log" "$HX_DIR" "$HX_STATE/blobs/inodes"; }',
      'hx_tx_sync_intent() { :; }',
    ]),
  },
  {
    name: 'the intent written after the act',
    alter: exchange(
      [
        'hx_log "batch $hx_t_batch $hx_t_class" && hx_tx_sync_intent',
        'hx_tx_apply "$hx_t_apply" no && hx_log "batch $hx_t_batch $hx_t_class" && hx_tx_sync_intent',
      ],
      ['  hx_tx_apply "$hx_t_apply" no || return 1\n', ''],
    ),
  },
  {
    name: 'the reverse dropped',
    alter: exchange([
      'print n "\\t" kind "\\t" verb "\\t" id "\\t" captured "\\t" rverb "\\t" rargs > intent',
      'print n "\\t" kind "\\t" verb "\\t" id "\\t" captured "\\tCHMOD\\t" > intent',
    ]),
  },
  {
    name: 'the directory sync missing',
    alter: exchange(
      ['[ -n "$hx_p_dirty" ] || hx_sync "$hx_p_first"', ':'],
      ['[ -z "$hx_p_dirty" ] || sync', ':'],
      [`${dropsGuard} && hx_sync .`, dropsGuard],
    ),
  },
]
