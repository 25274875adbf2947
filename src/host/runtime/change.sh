# shellcheck disable=SC2154,SC2015,SC2034 # variables of the other parts; every A && B || C is meant
# Hexis runtime, change: what a connection may change: the state directory, and, by a transaction, the rest.

# Makes the state directory. `format` names the parents that it had to make, for forget.
hx_serve_state() {
  hx_serve_format || return 1
  hx_s_made=
  for hx_s_dir in /var /var/lib; do [ -d "$HX_ROOT$hx_s_dir" ] || hx_s_made=$hx_s_made,$hx_s_dir; done
  hx_s_why=$( (umask 022 && mkdir -p "$HX_ROOT/var/lib") 2>&1 && {
    [ -d "$HX_STATE" ] || mkdir -m 0700 "$HX_STATE"
  } 2>&1 && mkdir -p "$HX_STATE/journal" "$HX_STATE/blobs/inodes" "$HX_STATE/runtime" "$HX_STATE/sites" 2>&1 && {
    [ -f "$HX_STATE/format" ] || {
      hx_say "state/1 parents=${hx_s_made#,}" >"$HX_STATE/format.new" && mv -f "$HX_STATE/format.new" "$HX_STATE/format"
    }
  } 2>&1) && return 0
  rm -f "$HX_STATE/format.new" 2>/dev/null
  hx_serve_unwritable "$HX_STATE" "$hx_s_why"
}

# hx_serve_unwritable WHERE SAID: what a failed command said becomes an error; returns 1.
hx_serve_unwritable() {
  case $2 in
  *'Read-only file system'*) hx_serve_error read-only "$1 is on a read-only file system$HX_NL$2" ;;
  # dash says no more than that of a full disk.
  *'No space left'* | *'quota exceeded'* | *'I/O error'* | *'write error'*)
    hx_serve_error disk-full "$1 is on a full disk$HX_NL$2"
    ;;
  *) hx_serve_error state-unwritable "$1 cannot be written$HX_NL$2" ;;
  esac
}

# hx_serve_runtime SHA: this very text as a file, for the transaction and for whoever recovers it.
hx_serve_runtime() {
  hx_s_runtime=$HX_STATE/runtime/$1.sh
  [ ! -f "$hx_s_runtime" ] || return 0
  hx_s_why=$({ hx_say "$HX_TEXT" >"$hx_s_runtime.new"; } 2>&1) &&
    [ "$(sha256sum <"$hx_s_runtime.new" | cut -c 1-64)" = "$1" ] && mv -f "$hx_s_runtime.new" "$hx_s_runtime" && return 0
  rm -f "$hx_s_runtime.new"
  hx_serve_unwritable "$hx_s_runtime" "$hx_s_why"
}

# apply TX SHA TX-BYTES OPS-BYTES LEDGER-BYTES LIST-BYTES META-BYTES BLOBS BLOB-BYTES: answers `ready`, takes everything,
# and only when all of it lies synced in its place does the transaction start.
hx_serve_apply() {
  hx_serve_state && hx_serve_runtime "$2" || return 1
  HX_DIR=$HX_STATE/journal/$1
  # 2 MiB for the journal and its reserve; twice the contents, since they go to their places too.
  hx_s_need=$((($3 + $4 * 4 + $5 * 3 + $6 + $7 + $9 * 2) / 1024 + 2048))
  hx_s_free=$(df -P -k "$HX_STATE" 2>/dev/null | awk 'NR == 2 { print $4 }')
  if [ -n "$hx_s_free" ] && [ "$hx_s_free" -lt $hx_s_need ]; then
    hx_serve_error disk-full "$HX_STATE has $hx_s_free KiB left, $hx_s_need KiB are needed; nothing was changed"
    return 1
  fi
  if [ -e "$HX_DIR" ]; then
    hx_serve_error transaction-exists "transaction $1 is already on this host"
    return 1
  fi
  hx_s_why=$(mkdir -m 0700 "$HX_DIR" "$HX_DIR/in" 2>&1) || hx_serve_unwritable "$HX_DIR" "$hx_s_why" || return 1
  hx_say ready
  if ! hx_serve_receive "$@"; then
    rm -rf "${HX_STATE:?}/journal/${1:?}"
    hx_serve_error "$hx_s_code" "$hx_s_why"
    return 1
  fi
  hx_serve_start "$HX_TX_NAME" tx "$HX_DIR"
}

# Everything is taken, even after a failure, so that the stream stays in step.
hx_serve_receive() {
  HX_TX_NAME=$1
  hx_s_code=disk-full
  hx_s_why='the transaction could not be written; nothing was changed'
  hx_s_bad=
  hx_serve_file tx "$3"
  hx_serve_file ops "$4"
  hx_serve_file ledger.new "$5"
  hx_serve_file list.new "$6"
  hx_serve_file meta.new "$7"
  hx_s_left=$8
  hx_s_sums=
  while [ "$hx_s_left" -gt 0 ]; do
    IFS=' ' read -r hx_s_name hx_s_bytes || exit 1
    hx_serve_file "in/$hx_s_name" "$hx_s_bytes"
    case $hx_s_name in
    sealed:*) ;;
    *) hx_s_sums="$hx_s_sums$hx_s_name  $hx_s_name$HX_NL" ;;
    esac
    hx_s_left=$((hx_s_left - 1))
  done
  IFS= read -r hx_s_line && [ "$hx_s_line" = sent ] || {
    # The connection ended half-way: nothing has begun.
    rm -rf "${HX_STATE:?}/journal/${1:?}"
    exit 1
  }
  [ -z "$hx_s_bad" ] || return 1
  if [ "$8" -gt 0 ]; then
    if [ -n "$hx_s_sums" ] && ! (cd "$HX_DIR/in" && hx_put "$hx_s_sums" | sha256sum -c >/dev/null 2>&1); then
      hx_s_code=content-damaged
      hx_s_why='content arrived damaged; nothing was changed'
      return 1
    fi
    # shellcheck disable=SC2011,SC2016 # names are hexadecimal digits
    (cd "$HX_DIR/in" && ls | xargs -n 200 sh -c 'mv -f -- "$@" "$0/"' "$HX_STATE/blobs") || return 1
  fi
  rmdir "$HX_DIR/in" && sync
}

# hx_serve_file NAME BYTES: takes them into a file of the transaction and looks whether they are all there.
hx_serve_file() {
  if [ -n "$hx_s_bad" ] || ! : 2>/dev/null >"$HX_DIR/$1"; then
    hx_take "$2" >/dev/null
    hx_s_bad=yes
    return
  fi
  if [ "$2" -lt 65536 ]; then hx_take "$2" >"$HX_DIR/$1" || hx_s_bad=yes; else
    # What no longer fits is taken all the same.
    hx_take "$2" | { cat >"$HX_DIR/$1" || cat >/dev/null; } 2>/dev/null
  fi
  # A blob's name is its digest, which is looked at for all of them together.
  case $1 in in/sealed:*) ;; in/*) return ;; esac
  hx_s_got=$(wc -c <"$HX_DIR/$1")
  [ "$((hx_s_got))" = "$2" ] || hx_s_bad=yes
}

# hx_serve_start NAME ENTRY [DIR]: runs the saved runtime where the end of this connection does not reach it: as a unit
# of its own where systemd runs, else in a session of its own. Its events go straight to the other end.
hx_serve_start() {
  hx_s_name=$1
  shift
  {
    hx_s_why=$(hx_serve_detached "$@" 2>&1 >&3 3>&-)
    hx_s_status=$?
  } 3>&1
  [ $hx_s_status -eq 0 ] || hx_serve_error transaction-failed "${hx_s_why:-it ended with status $hx_s_status}"
}

hx_serve_detached() {
  if [ -z "$HX_ROOT" ] && [ "$HX_CONNECTION" != chroot ] && [ -d /run/systemd/system ] &&
    [ "$(id -u)" = 0 ] && command -v systemd-run >/dev/null 2>&1; then
    # KillMode=process: what an act started on purpose may outlive the transaction.
    systemd-run --quiet --pipe --wait --collect --no-ask-password --unit="hexis-$hx_s_name" -p KillMode=process \
      --description="Hexis transaction" --setenv=HX_OWNERS="$HX_OWNERS" --setenv=HX_PATH="$PATH" \
      --setenv=HX_LOCK_WAIT="${HX_LOCK_WAIT:-10}" --setenv=HX_CONNECTION="$HX_CONNECTION" \
      "${HX_SHELL:-/bin/sh}" "$hx_s_runtime" "$@" </dev/null
    hx_s_status=$?
    # Where systemd-run itself failed, nothing has begun.
    [ $hx_s_status -ne 0 ] && [ "$1" = tx ] && [ ! -s "$2/events" ] && [ ! -s "$2/log" ] || return $hx_s_status
  fi
  export HX_ROOT HX_OWNERS HX_CONNECTION
  HX_PATH=$PATH
  HX_LOCK_WAIT=${HX_LOCK_WAIT:-10}
  export HX_PATH HX_LOCK_WAIT
  if command -v setsid >/dev/null 2>&1; then
    setsid "${HX_SHELL:-/bin/sh}" "$hx_s_runtime" "$@" </dev/null &
  else
    "${HX_SHELL:-/bin/sh}" "$hx_s_runtime" "$@" </dev/null &
  fi
  wait $!
}

# confirm SITE keep|revert: the verdict on a trial; answers with its end.
hx_serve_confirm() {
  hx_serve_format || return 1
  hx_try_decide "$1" "$2" || hx_serve_error $hx_y_code "$hx_t_error"
}

# recover SHA: finishes or undoes what was interrupted.
hx_serve_recover() {
  hx_serve_format || return 1
  [ -n "$(hx_unfinished '')" ] || return 0
  hx_serve_state && hx_serve_runtime "$1" || return 1
  hx_serve_start "recover-$$-$(date +%s)" recover
}

# Takes the lock for a change of the state directory alone. In a subshell only: some shells (mksh) let go of a lock
# not before they end.
hx_serve_lock() {
  hx_lock || hx_serve_error host-busy "$hx_l_error" || return 1
  [ -n "$(hx_unfinished '')" ] || return 0
  hx_unlock
  hx_serve_error interrupted 'a transaction was interrupted on this host; recover it first'
}

# release SITE BYTES: why, then keys, one a line; their lines leave the ledger.
hx_serve_release() (
  hx_s_text=$(hx_take "$2")
  hx_s_dir=$HX_STATE/sites/$1
  [ -f "$hx_s_dir/ledger" ] || hx_serve_error not-held "$1 holds nothing on this host" || return 1
  hx_serve_lock || return 1
  hx_s_status=0
  {
    hx_say "$hx_s_text"
    hx_say .
    cat "$hx_s_dir/ledger"
  } | awk -F "$HX_TAB" '
    NR == 1 { next }
    !ledger && $0 == "." { ledger = 1; next }
    !ledger { gone[$0] = 1; next }
    !($1 in gone)' >"$hx_s_dir/ledger.released" &&
    hx_say "$hx_s_text" | awk -v at="$(date +%s)" 'NR == 1 { why = $0; next } { print at "\t" $0 "\t" why }' \
      >>"$hx_s_dir/released" &&
    hx_sums_coming "$hx_s_dir" ledger "$hx_s_dir/ledger.released" && hx_sync "$hx_s_dir/ledger.released" "$hx_s_dir/released" &&
    mv -f "$hx_s_dir/ledger.released" "$hx_s_dir/ledger" && hx_sync "$hx_s_dir" || hx_s_status=1
  [ $hx_s_status -ne 0 ] || hx_sums_site "$1" || :
  hx_unlock
  [ $hx_s_status -eq 0 ] || hx_serve_error state-unwritable 'the ledger could not be written'
)

# forget SITE: its state; all of it, with the parents that Hexis made, when no other site is left.
hx_serve_forget() (
  [ -d "$HX_STATE" ] || exit 0
  hx_serve_format && hx_serve_lock || exit 1
  rm -rf "${HX_STATE:?}/sites/${1:?}"
  for hx_s_dir in "$HX_STATE"/sites/*/; do
    [ -d "$hx_s_dir" ] || continue
    hx_unlock
    exit 0
  done
  hx_s_line=
  [ ! -f "$HX_STATE/format" ] || IFS= read -r hx_s_line <"$HX_STATE/format" || :
  rm -rf "${HX_STATE:?}"
  hx_unlock
  case $hx_s_line in *parents=*/var/lib*) rmdir "$HX_ROOT/var/lib" 2>/dev/null || exit 0 ;; esac
  case $hx_s_line in *'parents=/var,'*) rmdir "$HX_ROOT/var" 2>/dev/null || exit 0 ;; esac
)
