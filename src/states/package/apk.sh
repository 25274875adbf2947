# shellcheck disable=SC2154,SC2034 # variables of the other parts
# Kind `package` by apk, after its documents: no test has a real one. What apk does in its own way: packages that were
# not asked for go with the last one that needs them, which is recorded before; a package is held by its version in the
# list of what was asked for.

# What was asked for, as `NAME` or `NAME=VERSION`.
hx_apk_list() {
  {
    cat /etc/apk/world 2>/dev/null
    hx_say "$HX_TAB"
    cat /lib/apk/db/installed /usr/lib/apk/db/installed 2>/dev/null
  } | awk '
    /^\t/ { installed = 1; next }
    !installed {
      n = split($0, word, " ")
      for (i = 1; i <= n; i++) { name = word[i]; sub(/[=<>~@].*/, "", name); asked[name] = 1; if (word[i] ~ /^[^<>~@]*=/) held[name] = 1 }
      next
    }
    /^P:/ { name = substr($0, 3) }
    /^V:/ {
      print name "\tauto=" ((name in asked) ? "no" : "yes") " hold=" ((name in held) ? "yes" : "no") \
        " type=present version=" substr($0, 3)
    }'
}

hx_apk() { hx_package_run apk --no-progress --wait "${HX_LOCK_S:-120}" "$@"; }

hx_apk_noise() { HX_REPLY='fetch |\([0-9]+/[0-9]+\) |OK: |Executing '; }

hx_apk_blames() {
  case $hx_k_out$HX_NL in *" $1 (no such package)"* | *" $1-"* | *"[$1]"* | *"[$1="*) return 0 ;; esac
  return 1
}

hx_apk_holders() { hx_package_locks /lib/apk/db/lock /usr/lib/apk/db/lock; }

hx_apk_mend() { :; }

hx_apk_ready() {
  case $(ls /var/cache/apk /etc/apk/cache 2>/dev/null) in *APKINDEX*) hx_package_young /var/cache/apk/APKINDEX* /etc/apk/cache/APKINDEX* ;; *) return 1 ;; esac
}

hx_apk_update() { hx_k_out=$(hx_apk update); }

hx_apk_plan() {
  hx_k_command=del
  [ "$1" != add ] || hx_k_command=add
  shift
  hx_k_out=$(hx_apk $hx_k_command --simulate "$@") || return 1
  # `(1/2) Upgrading foo (1.0-r0 -> 1.1-r0)`; what stays because others need it is told with their names.
  hx_k_plan=$(hx_say "$hx_k_out" | awk '
    /^\([0-9]+\/[0-9]+\) / { gsub(/[()]/, "") }
    $2 == "Installing" { print "new " $3 " " $4 }
    $2 == "Upgrading" || $2 == "Downgrading" { print "up " $3 " " $4 " " $6 }
    $2 == "Purging" { print "gone " $3 }
    /not removed due to:/ { needed = 1; next }
    needed && /^  / { n = split($0, word, " "); for (i = 2; i <= n; i++) print "gone " word[i] }')
  case $hx_k_command:$HX_NL$hx_k_plan in
  add:*"${HX_NL}gone "*)
    hx_k_out="other packages would have to go: $(hx_say "$hx_k_plan" | sed -n 's/^gone //p' | tr '\n' ' ')"
    return 1
    ;;
  del:*)
    # What nobody asked for and nobody needs any more goes by itself.
    hx_k_list=$(hx_say "$hx_k_out" | awk '$2 == "Purging" { printf " %s", $3 }')
    hx_k_also=
    for hx_k_word in $hx_k_list; do
      case " $hx_k_specs " in *" $hx_k_word "*) ;; *) hx_k_also="$hx_k_also $hx_k_word" ;; esac
    done
    ;;
  esac
}

# A version that was asked for stays asked for only where it is held.
hx_apk_add() {
  hx_package_changing hx_apk add "$@" || return 1
  hx_k_list=
  for hx_k_word in "$@"; do case $hx_k_word in *=*) hx_k_list="$hx_k_list ${hx_k_word%%=*}" ;; esac done
  # shellcheck disable=SC2086 # a list of plain words
  [ -z "$hx_k_list" ] || hx_package_changing hx_apk add $hx_k_list
}

hx_apk_remove() {
  if [ -n "$hx_k_purge" ]; then set -- --purge "$@"; fi
  hx_package_changing hx_apk del "$@"
}

hx_apk_noted() { :; }
hx_apk_purge() { :; }

# apk knows what is spare better: see its plan.
hx_apk_spare() { hx_k_also=; }

hx_apk_mark() {
  hx_k_word=$1
  shift
  case $hx_k_word in
  hold)
    # shellcheck disable=SC2046 # a list of plain words
    hx_apk add $(printf '%s\n' "$@" | hx_observe_package | sed -n 's/^\([^	]*\)	.* version=/\1=/p')
    ;;
  unhold | manual) hx_apk add "$@" ;;
  auto)
    for hx_k_name in "$@"; do
      case $(hx_apk del --simulate "$hx_k_name") in *" Purging $hx_k_name "*)
        hx_note "package $hx_k_name stays one that was asked for: apk would remove it, since nothing needs it"
        continue
        ;;
      esac
      hx_apk del "$hx_k_name" || return 1
    done
    ;;
  esac
}
