# shellcheck disable=SC2154,SC2034 # variables of the other parts
# Kind `package`, whatever the manager is. One look for all names; one transaction of the manager for consecutive
# packages that go the same way. What a transaction adds, upgrades or takes away besides is simulated first and
# recorded before it is done: `new NAME`, `up NAME FROM TO`, `gone NAME VERSION AUTO`, in the journal's packages.NUMBER
# for the way back of this transaction and, for what was added, in $HX_STATE/packages/NAME for a later removal.
#
# type=broken: unpacked or half configured, as a killed manager leaves it.
#
# A manager M is a file of its own with hx_M_OPERATION; packages are NAME or NAME=VERSION everywhere:
#   list                every package that is there: NAME and its state, between them a tab; one call, reads only
#   holders             for each of its locks that somebody has: FILE is held by process PID (NAME)
#   mend                ends what a killed manager left
#   ready               false where nothing is known yet of what can be had, or what is known is old
#   update              fetches the lists of what can be had, once
#   plan WAY PACKAGE…   simulates (add or remove): hx_k_plan is `new NAME VERSION`, `up NAME FROM TO`, `gone NAME`; or 1 and
#                       hx_k_out; with hx_k_look=yes nothing is written, not even a lock
#   add PACKAGE…        in one transaction, after plan; nothing is removed, nothing asked; hx_k_exact=yes: versions matter
#   remove NAME…        exactly these
#   noted NAME…         before a removal that takes configuration along: what there is
#   purge NAME…         after it
#   spare               hx_k_also, less what a package that stays has use for
#   mark MARK NAME…     hold, unhold, auto, manual
#   blames NAME         is this the package that hx_k_out complains of?
#   noise               HX_REPLY: how lines begin that say nothing of a failure

# Which manager: by the database that it keeps, since a machine may have the program of another.
hx_package_manager() {
  HX_PACKAGE=none
  if [ -s /var/lib/dpkg/status ] && command -v dpkg-query >/dev/null 2>&1; then
    HX_PACKAGE=apt
  elif [ -d /var/lib/pacman/local ] && command -v pacman >/dev/null 2>&1; then
    HX_PACKAGE=pacman
  elif command -v rpm >/dev/null 2>&1 && command -v dnf >/dev/null 2>&1; then
    HX_PACKAGE=dnf
  elif command -v rpm >/dev/null 2>&1 && command -v zypper >/dev/null 2>&1; then
    HX_PACKAGE=zypper
  elif command -v apk >/dev/null 2>&1; then
    HX_PACKAGE=apk
  fi
}

hx_none_list() { :; }

# hx_package OPERATION ARGUMENT…
hx_package() {
  hx_k_operation=hx_${HX_PACKAGE}_$1
  shift
  "$hx_k_operation" "$@"
}

hx_observe_package() {
  hx_k_ids=$(cat)
  [ -n "$hx_k_ids" ] || return 0
  hx_package_manager
  {
    hx_say "$hx_k_ids"
    hx_say "$HX_TAB"
    hx_package list
  } | awk -F '\t' '
    /^\t/ && !list { list = 1; next }
    !list { ids[++n] = $0; next }
    { seen[$1] = $2 }
    END { for (i = 1; i <= n; i++) print ids[i] "\t" ((ids[i] in seen) ? seen[ids[i]] : "type=absent") }'
}

hx_apply_package() {
  hx_k_updated=
  hx_package_reset
  hx_package_manager
  if [ "$HX_PACKAGE" = none ]; then
    hx_fail 'there is no package manager here that Hexis can drive (apt, dnf, zypper, pacman, apk)'
    return 1
  fi
  # shellcheck disable=SC2034 # the verb is always PACKAGE
  while IFS=$HX_TAB read -r hx_k_n hx_k_verb hx_k_id hx_k_before hx_k_args <&8; do
    case $hx_k_id in
    [A-Za-z0-9]*) ;;
    *)
      hx_fail "$hx_k_id is no name for a package"
      return 1
      ;;
    esac
    case $hx_k_id in
    *[!A-Za-z0-9+._:-]*)
      hx_fail "$hx_k_id is no name for a package"
      return 1
      ;;
    esac
    if [ "$hx_k_before" = '?' ]; then
      hx_k_before=$(hx_say "$hx_k_id" | hx_observe_package)
      hx_k_before=${hx_k_before#*"$HX_TAB"}
    fi
    hx_args "$hx_k_args"
    hx_k_way=add
    if hx_arg type && [ "$HX_REPLY" = absent ]; then hx_k_way=remove; fi
    if [ -n "$hx_k_numbers" ] && [ "$hx_k_way" != "$hx_k_mode" ]; then hx_package_flush || return 1; fi
    hx_k_mode=$hx_k_way
    hx_package_take || return 1
  done 8<"$1"
  [ -z "$hx_k_numbers" ] || hx_package_flush
}

# Lists of words, of the packages that wait for one transaction of the manager.
hx_package_reset() {
  hx_k_numbers=
  hx_k_names=
  hx_k_specs=
  hx_k_purge=
  hx_k_also=
  hx_k_shed=
  hx_k_hold=
  hx_k_unhold=
  hx_k_auto=
  hx_k_manual=
  hx_k_exact=no
  hx_k_back=
  hx_k_start=yes
  hx_k_look=no
}

hx_package_take() {
  hx_k_numbers="$hx_k_numbers $hx_k_n"
  hx_k_names="$hx_k_names $hx_k_id"
  if [ "$hx_k_mode" = add ]; then hx_package_take_add; else hx_package_take_remove; fi
}

hx_package_take_add() {
  hx_k_was=absent
  case " $hx_k_before " in *' type=present '*) hx_k_was=present ;; *' type=broken '*) hx_k_was=broken ;; esac
  hx_k_spec=
  [ "$hx_k_was" = present ] || hx_k_spec=$hx_k_id
  if hx_arg version; then
    case $HX_REPLY in
    '' | *[!A-Za-z0-9.+:~_^-]*)
      hx_fail "$HX_REPLY is no version of a package"
      return 1
      ;;
    esac
    case " $hx_k_before " in *" version=$HX_REPLY "*) ;; *)
      hx_k_spec=$hx_k_id=$HX_REPLY
      hx_k_exact=yes
      ;;
    esac
  fi
  if hx_arg start && [ "$HX_REPLY" = no ]; then hx_k_start=no; fi
  [ -z "$hx_k_spec" ] || hx_k_specs="$hx_k_specs $hx_k_spec"
  hx_k_held=no
  case " $hx_k_before " in *' hold=yes '*) hx_k_held=yes ;; esac
  if hx_arg hold && [ "$HX_REPLY" != "$hx_k_held" ]; then
    if [ "$HX_REPLY" = yes ]; then hx_k_hold="$hx_k_hold $hx_k_id"; else hx_k_unhold="$hx_k_unhold $hx_k_id"; fi
  fi
  # What a manager is asked for it marks as manual; a mark that was there stays.
  hx_k_marked=no
  case " $hx_k_before " in *' auto=yes '*) hx_k_marked=yes ;; esac
  if ! hx_arg auto; then HX_REPLY=$hx_k_marked; fi
  if [ "$HX_REPLY" = yes ]; then
    [ -z "$hx_k_spec" ] && [ "$hx_k_marked" = yes ] || hx_k_auto="$hx_k_auto $hx_k_id"
  elif [ "$hx_k_marked" = yes ]; then hx_k_manual="$hx_k_manual $hx_k_id"; fi
  [ "$HX_UNDO" = yes ] && [ -f "${HX_DIR-}/packages.$hx_k_n" ] || return 0
  if [ -f "$HX_DIR/packages.$hx_k_n.came" ]; then
    mkdir -p "$HX_STATE/packages" && cp "$HX_DIR/packages.$hx_k_n.came" "$HX_STATE/packages/$hx_k_id" || return 1
  fi
  # What a removal took along comes back, what was upgraded along goes back, what another version brought goes.
  while read -r hx_k_word hx_k_name hx_k_version hx_k_marked; do
    [ "$hx_k_name" != "$hx_k_id" ] || continue
    case $hx_k_word in
    new) hx_k_shed="$hx_k_shed $hx_k_name" ;;
    up)
      hx_k_specs="$hx_k_specs $hx_k_name=$hx_k_version"
      hx_k_exact=yes
      ;;
    gone)
      hx_k_specs="$hx_k_specs $hx_k_name=$hx_k_version"
      [ "$hx_k_marked" != yes ] || hx_k_auto="$hx_k_auto $hx_k_name"
      ;;
    esac
  done <"${HX_DIR-}/packages.$hx_k_n"
}

hx_package_take_remove() {
  if [ "$hx_k_before" != type=absent ]; then hx_k_specs="$hx_k_specs $hx_k_id"; fi
  case " $hx_k_before " in *' hold=yes '*) hx_k_unhold="$hx_k_unhold $hx_k_id" ;; esac
  if hx_arg purge && [ "$HX_REPLY" = yes ]; then hx_k_purge="$hx_k_purge $hx_k_id"; fi
  if hx_arg also; then
    hx_k_list=$HX_REPLY,
    while [ -n "$hx_k_list" ]; do
      hx_k_also="$hx_k_also ${hx_k_list%%,*}"
      hx_k_list=${hx_k_list#*,}
    done
  fi
  hx_k_file=$HX_STATE/packages/$hx_k_id
  if [ "$HX_UNDO" = yes ]; then hx_k_file=${HX_DIR-}/packages.$hx_k_n; fi
  [ -f "$hx_k_file" ] || return 0
  while read -r hx_k_word hx_k_name hx_k_version; do
    case $hx_k_word in
    new)
      if [ "$hx_k_name" = "$hx_k_id" ]; then
        [ "$HX_UNDO" != yes ] || hx_k_purge="$hx_k_purge $hx_k_id"
      else hx_k_also="$hx_k_also $hx_k_name"; fi
      ;;
    up) [ "$HX_UNDO" != yes ] || hx_k_back="$hx_k_back $hx_k_name=${hx_k_version% *}" ;;
    esac
  done <"$hx_k_file"
}

hx_package_flush() {
  if [ "$hx_k_mode" = add ]; then hx_package_add; else hx_package_remove; fi || return 1
  for hx_k_word in $hx_k_numbers; do hx_done "$hx_k_word"; done
  hx_package_reset
}
