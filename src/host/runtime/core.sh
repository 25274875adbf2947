# Hexis runtime, core: text, arguments, messages, files. POSIX sh; the same in dash, busybox ash, bash and mksh.
#
# The runtime text is the concatenation of core, transaction, capture, perform, undo, commit, trial, recovery, the shell of every
# kind, look, change and serve, then `hx_main "$@"`.
# Rules for everything in it: results come back in HX_REPLY (no process for a value), variables are global and
# prefixed, nothing but functions and plain assignments runs while it is read, no here-documents (bash and mksh
# open a temporary file for them, and analysis opens nothing for writing).

HX_TAB='	'
HX_NL='
'

# Sets what every entry needs. HX_ROOT: '' or the folder of a directory host, absolute, no final slash.
# HX_OWNERS: `yes` where owner and group are set and compared. HX_PATH replaces the built-in PATH.
hx_init() {
  LC_ALL=C
  PATH=${HX_PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}
  export LC_ALL PATH
  unset CDPATH GREP_OPTIONS POSIXLY_CORRECT TMPDIR
  IFS=' '"$HX_TAB$HX_NL"
  umask 077
  HX_ROOT=${HX_ROOT-}
  HX_ROOT=${HX_ROOT%/}
  HX_OWNERS=${HX_OWNERS-}
  if [ -z "$HX_OWNERS" ]; then
    HX_OWNERS=no
    [ "$(id -u)" != 0 ] || HX_OWNERS=yes
  fi
  HX_STATE=$HX_ROOT/var/lib/hexis
  HX_TX=${HX_TX-}
  HX_WHO=${HX_WHO-}
  HX_UNDO=no
  HX_ARGS=
  HX_NOTES=
  HX_DID=
}

# hx_say TEXT: TEXT and a newline, byte for byte. mksh has no printf builtin; a process a line would be slow there,
# and a long TEXT would not fit on a command line.
if [ "$(command -v printf)" != printf ] && (print -r -- '') >/dev/null 2>&1; then
  hx_say() { print -r -- "$1"; }
  hx_put() { print -rn -- "$1"; }
else
  hx_say() { printf '%s\n' "$1"; }
  hx_put() { printf '%s' "$1"; }
fi

# hx_decode TEXT → HX_REPLY: percent-decoding as in the step language; `""` is the empty text. A `%` without two
# hex digits stands for itself. Returns 1 for a NUL byte, which no name or argument can hold.
hx_decode() {
  case $1 in
  '""') HX_REPLY='' ;;
  *%*) hx_decode_slow "$1" ;;
  *) HX_REPLY=$1 ;;
  esac
}

hx_decode_slow() {
  hx_d_rest=$1
  hx_d_out=
  while :; do
    case $hx_d_rest in *%*) ;; *) break ;; esac
    hx_d_out=$hx_d_out${hx_d_rest%%\%*}
    hx_d_rest=${hx_d_rest#*%}
    case $hx_d_rest in
    20*) hx_d_out="$hx_d_out " ;;
    25*) hx_d_out=$hx_d_out% ;;
    23*) hx_d_out="$hx_d_out#" ;;
    26*) hx_d_out="$hx_d_out&" ;;
    3[Dd]*) hx_d_out="$hx_d_out=" ;;
    3[Bb]*) hx_d_out="$hx_d_out;" ;;
    3[Cc]*) hx_d_out="$hx_d_out<" ;;
    2[Cc]*) hx_d_out="$hx_d_out," ;;
    22*) hx_d_out="$hx_d_out\"" ;;
    0[Aa]*) hx_d_out=$hx_d_out$HX_NL ;;
    09*) hx_d_out=$hx_d_out$HX_TAB ;;
    [0-9A-Fa-f][0-9A-Fa-f]*)
      hx_decode_bytes "$1"
      return
      ;;
    *)
      hx_d_out=$hx_d_out%
      continue
      ;;
    esac
    hx_d_rest=${hx_d_rest#??}
  done
  HX_REPLY=$hx_d_out$hx_d_rest
}

# Any byte at all: one printf for the whole text.
hx_decode_bytes() {
  hx_d_rest=$1
  hx_d_out=
  while :; do
    hx_d_run=${hx_d_rest%%[\\%]*}
    hx_d_out=$hx_d_out$hx_d_run
    hx_d_rest=${hx_d_rest#"$hx_d_run"}
    case $hx_d_rest in
    '') break ;;
    %00*)
      HX_REPLY=
      return 1
      ;;
    %[0-9A-Fa-f][0-9A-Fa-f]*)
      hx_d_run=${hx_d_rest#???}
      hx_d_run=${hx_d_rest%"$hx_d_run"}
      hx_d_run=$((0x${hx_d_run#%}))
      hx_d_out="$hx_d_out\\0$((hx_d_run / 64))$((hx_d_run / 8 % 8))$((hx_d_run % 8))"
      hx_d_rest=${hx_d_rest#???}
      ;;
    %*)
      hx_d_out=$hx_d_out%
      hx_d_rest=${hx_d_rest#%}
      ;;
    *)
      hx_d_out="$hx_d_out\\0134"
      hx_d_rest=${hx_d_rest#?}
      ;;
    esac
  done
  HX_REPLY=$(printf '%bX' "$hx_d_out")
  HX_REPLY=${HX_REPLY%X}
}

# hx_encode TEXT → HX_REPLY: the canonical encoding, the same bytes as src/steps/encoding.ts writes.
hx_encode() {
  case $1 in
  '') HX_REPLY='""' ;;
  *[!!-~]* | *[%\#\&=\;\<\"]*) hx_encode_slow "$1" ;;
  *) HX_REPLY=$1 ;;
  esac
}

hx_encode_slow() {
  hx_e_rest=$1
  hx_e_out=
  while :; do
    hx_e_run=${hx_e_rest%%[!\!\$-%\'-:\>-~]*}
    hx_e_run=${hx_e_run%%%*}
    hx_e_out=$hx_e_out$hx_e_run
    hx_e_rest=${hx_e_rest#"$hx_e_run"}
    case $hx_e_rest in
    '') break ;;
    ' '*) hx_e_out=$hx_e_out%20 ;;
    %*) hx_e_out=$hx_e_out%25 ;;
    \#*) hx_e_out=$hx_e_out%23 ;;
    \&*) hx_e_out=$hx_e_out%26 ;;
    =*) hx_e_out=$hx_e_out%3D ;;
    \;*) hx_e_out=$hx_e_out%3B ;;
    \<*) hx_e_out=$hx_e_out%3C ;;
    \"*) hx_e_out=$hx_e_out%22 ;;
    "$HX_NL"*) hx_e_out=$hx_e_out%0A ;;
    "$HX_TAB"*) hx_e_out=$hx_e_out%09 ;;
    *)
      HX_REPLY=$(hx_put "$1" | od -An -v -tx1 | tr 'a-f' 'A-F' | awk '
        BEGIN {
          for (i = 33; i < 127; i++) plain[sprintf("%02X", i)] = sprintf("%c", i)
          split("25 23 26 3D 3B 3C 22", special, " ")
          for (i in special) delete plain[special[i]]
        }
        { for (i = 1; i <= NF; i++) printf "%s", ($i in plain) ? plain[$i] : "%" $i }')
      return
      ;;
    esac
    hx_e_rest=${hx_e_rest#?}
  done
  HX_REPLY=$hx_e_out
}

# hx_args ARGS: takes a state text or step arguments (`name=value name=value`) for hx_arg.
hx_args() { HX_ARGS=" $1 "; }

# hx_arg NAME [DEFAULT] → HX_REPLY, decoded. Returns 1 where NAME is not given (HX_REPLY is DEFAULT then).
hx_arg() {
  case $HX_ARGS in
  *" $1="*)
    HX_REPLY=${HX_ARGS#*" $1="}
    hx_decode "${HX_REPLY%% *}"
    ;;
  *)
    HX_REPLY=${2-}
    return 1
    ;;
  esac
}

# hx_blob NAME → HX_REPLY: where the host keeps that blob (a SHA-256 or `sealed:…`).
hx_blob() {
  HX_REPLY=$1
  while :; do
    case $HX_REPLY in */*) HX_REPLY=${HX_REPLY%%/*}%2F${HX_REPLY#*/} ;; *) break ;; esac
  done
  HX_REPLY=$HX_STATE/blobs/$HX_REPLY
}

# hx_note MSG: tells the person something that is no failure.
hx_note() {
  hx_encode "$1"
  if [ -n "$HX_NOTES" ]; then hx_say "note $HX_REPLY" >>"$HX_NOTES"; else hx_say "$1" >&2; fi
}

# hx_fail MSG: says why on standard error and returns 1; use as `hx_fail "…"; return 1` or `… || hx_fail "…"`.
hx_fail() {
  hx_say "$1" >&2
  return 1
}

# hx_done N: op N of the file given to hx_apply_KIND is complete.
hx_done() { [ -z "$HX_DID" ] || hx_say "$1" >>"$HX_DID"; }

# hx_failed N: of the ops of the file that is being applied, this one failed. Without it, the first that is not done.
hx_failed() { [ -z "$HX_DID" ] || hx_say "$1" >"$HX_DID.failed"; }

# hx_sync FILE…: these files (or directories) are on the disk. coreutils syncs what is named; others ignore the
# names and sync everything, which is as good. Many files cost more one by one than one whole sync.
hx_sync() {
  if [ $# -gt 0 ] && [ $# -le 16 ] && sync -- "$@" 2>/dev/null; then return 0; fi
  sync
}

# hx_process PID → HX_REPLY: the start time that tells this process from a later one with its number; 1 if gone.
hx_process() {
  HX_REPLY=
  [ -r "/proc/$1/stat" ] || return 1
  { IFS= read -r HX_REPLY <"/proc/$1/stat"; } 2>/dev/null || return 1
  HX_REPLY=${HX_REPLY##*) }
  # shellcheck disable=SC2086 # the fields after the name are plain words
  set -- $HX_REPLY
  [ "$1" != Z ] || return 1
  shift 19
  HX_REPLY=$1
}

# → HX_REPLY: the boot id, empty where the kernel has none.
hx_boot() {
  HX_REPLY=
  [ ! -r /proc/sys/kernel/random/boot_id ] || IFS= read -r HX_REPLY </proc/sys/kernel/random/boot_id
}

# The entry of the runtime as a program: `sh RUNTIME tx DIR`, `recover`, `guard DIR`, `interrupted`; without arguments nothing
# but the functions.
hx_main() {
  [ $# -gt 0 ] || return 0
  set -u
  hx_init
  case $1 in
  tx) hx_tx_run "$2" ;;
  recover) hx_recover ;;
  guard) hx_try_guard "$2" ;;
  interrupted) hx_interrupted ;;
  *)
    hx_say "hexis: unknown entry $1" >&2
    return 64
    ;;
  esac
}
