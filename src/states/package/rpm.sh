# shellcheck disable=SC2154,SC2034 # variables of the other parts
# Kind `package`: what dnf and zypper share, the database of rpm.

# Name, architecture and version of all that is there, by tabs; the newest last where there are several of a name.
hx_rpm_list() {
  rpm -qa --qf '%{INSTALLTIME}\t%{NAME}\t%{ARCH}\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\n' 2>/dev/null | sort -n | cut -f 2-
}

# rpm waits for another transaction by itself, for ever.
hx_rpm_holders() {
  hx_package_locks "$(rpm --eval '%{_dbpath}' 2>/dev/null)/.rpm.lock"
}

# An upgrade of this transaction that was cut off left two versions of a package: what was to go last goes now.
hx_rpm_mend() {
  [ "$HX_UNDO" = yes ] && [ -n "${HX_DIR-}" ] || return 0
  hx_k_list=$({
    cat "$HX_DIR"/packages.[0-9]* 2>/dev/null
    hx_say "$HX_TAB"
    hx_rpm_list
  } | awk -F '\t' '
    /^\t/ { list = 1; next }
    !list { split($0, word, " "); if (word[1] == "up") from[word[2]] = word[3]; next }
    ($1 in from) { n[$1 "." $2]++; if (from[$1] == $3) { version = $3; sub(/^[0-9]+:/, "", version); old[$1 "." $2] = $1 "-" version "." $2 } }
    END { for (key in old) if (n[key] > 1) print old[key] }')
  # shellcheck disable=SC2086 # a list of plain words
  [ -z "$hx_k_list" ] || hx_package_changing hx_package_run rpm -e --nodeps --noscripts --notriggers $hx_k_list || :
}

# hx_k_also, less what a package that stays requires or recommends. rpm knows who requires what, also by what a package
# provides and by its files.
hx_rpm_spare() {
  while [ -n "$hx_k_also" ]; do
    # shellcheck disable=SC2086 # lists of plain words
    hx_k_out=$(rpm -e --test $hx_k_specs $hx_k_also 2>&1)
    hx_k_list=
    for hx_k_word in $hx_k_also; do hx_rpm_spares "$hx_k_word" && hx_k_list="$hx_k_list $hx_k_word"; done
    [ "$hx_k_list" != "$hx_k_also" ] || break
    hx_k_also=$hx_k_list
  done
}

# hx_rpm_spares NAME: nothing that stays requires it, as hx_k_out has it, or recommends it.
hx_rpm_spares() {
  # `libfoo is needed by (installed) bar-1.0-1.noarch`: what is needed is something that NAME provides.
  hx_k_needed=$(hx_say "$hx_k_out" | sed -n 's/^[[:space:]]*\(.*\) is needed by (installed) .*/\1/p')
  if [ -n "$hx_k_needed" ]; then
    rpm -q --provides --list "$1" 2>/dev/null | HX_A_NEEDED=$hx_k_needed awk '
      BEGIN { n = split(ENVIRON["HX_A_NEEDED"], line, "\n"); for (i = 1; i <= n; i++) { split(line[i], word, " "); needed[word[1]] = 1 } }
      $1 in needed { found = 1 }
      END { exit found }' || return 1
  fi
  hx_k_needed=$(rpm -q --whatrecommends --qf '%{NAME} ' "$1" 2>/dev/null) || return 0
  for hx_k_name in $hx_k_needed; do
    case " $hx_k_specs $hx_k_also " in *" $hx_k_name "*) ;; *) return 1 ;; esac
  done
}

# rpm leaves changed configuration beside its place, as FILE.rpmsave.
hx_rpm_noted() {
  hx_k_saved=$(rpm -qc "$@" 2>/dev/null | while IFS= read -r hx_k_file; do
    [ "${hx_k_file#/}" = "$hx_k_file" ] || [ -e "$hx_k_file.rpmsave" ] || hx_say "$hx_k_file.rpmsave"
  done)
}

hx_rpm_purge() {
  hx_say "${hx_k_saved-}" | while IFS= read -r hx_k_file; do [ -z "$hx_k_file" ] || rm -f -- "$hx_k_file"; done
}
