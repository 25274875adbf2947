# shellcheck disable=SC2154,SC2034 # variables of the other parts
# Kind `package` by pacman. What it cannot do: versions are to be had only from the lists or the cache of packages.

# pacman's own setting NAME → HX_REPLY
hx_pacman_setting() { HX_REPLY=$(pacman-conf "$1" 2>/dev/null); }

hx_pacman_list() {
  {
    pacman -Qdq 2>/dev/null
    hx_say "$HX_TAB"
    pacman-conf IgnorePkg 2>/dev/null
    hx_say "$HX_TAB"
    pacman -Q 2>/dev/null
  } | awk '
    /^\t/ { part++; next }
    part == 0 { auto[$1] = 1; next }
    part == 1 { held[$1] = 1; next }
    {
      print $1 "\tauto=" (($1 in auto) ? "yes" : "no") " hold=" (($1 in held) ? "yes" : "no") " type=present version=" $2
    }'
}

# hx_pacman ARGUMENT…: the lock is a file that outlives a pacman that is killed; ours is known as ours by a mark.
hx_pacman() {
  if [ -n "${HX_DIR-}" ]; then : >"$HX_DIR/pacman.lock" || return 1; fi
  hx_package_run pacman --noconfirm "$@"
  hx_k_status=$?
  [ $hx_k_status -le 128 ] || hx_pacman_mend
  [ -z "${HX_DIR-}" ] || rm -f "$HX_DIR/pacman.lock"
  return $hx_k_status
}

hx_pacman_noise() {
  HX_REPLY=':: (Proc|Run|Sync)|resolving |looking for |checking |loading |installing |upgrading |downgrading |removing |Packages? \(|Total |Net Upgrade|warning: .* (up to date|asdeps)'
}

hx_pacman_blames() {
  case $hx_k_out$HX_NL in *"not found: $1$HX_NL"* | *"$HX_NL$1: "* | "$1: "* | *" $1 and "* | *" and $1 "*) return 0 ;; esac
  return 1
}

# Whoever made the lock has it open → hx_k_file, and hx_k_word: its process, empty where there is none. 1: no lock.
hx_pacman_lock() {
  hx_pacman_setting DBPath
  hx_k_file=${HX_REPLY:-/var/lib/pacman/}db.lck
  [ -e "$hx_k_file" ] || return 1
  # shellcheck disable=SC2012 # no tool of every host finds by what a link says
  hx_k_word=$(ls -l /proc/[0-9]*/fd 2>/dev/null | awk -v file="$hx_k_file" '
    /^\/proc\/[0-9]+\/fd:/ { split($1, part, "/"); pid = part[3] }
    $NF == file { print pid; exit }')
}

hx_pacman_holders() {
  hx_pacman_lock || return 0
  if [ -n "$hx_k_word" ]; then hx_package_held "$hx_k_file" "$hx_k_word"; elif [ ! -e "${HX_DIR-}/pacman.lock" ]; then
    hx_say "$hx_k_file is held by nobody that can be seen: remove it if what made it is no more"
  fi
}

hx_pacman_mend() {
  [ -e "${HX_DIR-}/pacman.lock" ] && hx_pacman_lock && [ -z "$hx_k_word" ] || return 0
  rm -f "$hx_k_file"
}

hx_pacman_ready() {
  hx_pacman_setting DBPath
  case $(ls "${HX_REPLY:-/var/lib/pacman/}sync" 2>/dev/null) in *.db*) ;; *) return 1 ;; esac
}

hx_pacman_update() { hx_k_out=$(hx_pacman -Sy); }

# hx_pacman_sort PACKAGE… → hx_k_list, names that the lists have so; hx_k_files, what comes from the cache.
hx_pacman_sort() {
  hx_k_list=
  hx_k_files=
  for hx_k_word in "$@"; do
    hx_k_name=${hx_k_word%%=*}
    case $hx_k_word in *=*) ;; *)
      hx_k_list="$hx_k_list $hx_k_name"
      continue
      ;;
    esac
    hx_k_version=${hx_k_word#*=}
    if [ "$(pacman -Sddp --print-format '%n %v' "$hx_k_name" 2>/dev/null)" = "$hx_k_name $hx_k_version" ]; then
      hx_k_list="$hx_k_list $hx_k_name"
      continue
    fi
    hx_k_out="$hx_k_name: version $hx_k_version is neither in the lists nor in the cache"
    hx_pacman_setting CacheDir
    hx_k_file=
    for hx_k_dir in $HX_REPLY; do
      for hx_k_file in "${hx_k_dir%/}/$hx_k_name-$hx_k_version"-*.pkg.tar*; do
        case $hx_k_file in *.sig) ;; *) [ ! -f "$hx_k_file" ] || break 2 ;; esac
        hx_k_file=
      done
    done
    [ -n "$hx_k_file" ] || return 1
    hx_k_files="$hx_k_files $hx_k_file"
  done
}

hx_pacman_plan() {
  hx_k_word=$1
  shift
  if [ "$hx_k_word" = remove ]; then hx_pacman_plan_removal "$@"; else
    hx_pacman_sort "$@" || return 1
    hx_k_first=
    # shellcheck disable=SC2086 # lists of plain words
    if [ -n "$hx_k_files" ]; then
      hx_k_out=$(hx_package_run pacman --noconfirm -Up --print-format 'plan %n %v' $hx_k_files) || return 1
      hx_k_first=$hx_k_out
    fi
    # shellcheck disable=SC2086
    if [ -n "$hx_k_list" ]; then
      hx_k_out=$(hx_package_run pacman --noconfirm --needed -Sp --print-format 'plan %n %v' $hx_k_list) || return 1
    fi
    hx_k_plan=$({
      pacman -Q 2>/dev/null
      hx_say "$hx_k_first"
      hx_say "$hx_k_out"
    } | awk '
      $1 != "plan" { if (NF == 2) was[$1] = $2; next }
      seen[$2]++ { next }
      ($2 in was) { if (was[$2] != $3) print "up " $2 " " was[$2] " " $3; next }
      { print "new " $2 " " $3 }')
  fi
}

# What depends on it is told as if it went too.
hx_pacman_plan_removal() {
  if hx_k_out=$(hx_package_run pacman --noconfirm -Rp --print-format 'plan %n' "$@"); then
    hx_k_plan=$(hx_say "$hx_k_out" | sed -n 's/^plan /gone /p')
    return 0
  fi
  hx_k_plan=$(hx_say "$hx_k_out" | sed -n "s/^.*removing .* breaks dependency .* required by /gone /p" | sort -u)
  [ -n "$hx_k_plan" ]
}

hx_pacman_add() {
  hx_pacman_sort "$@" || return 1
  # shellcheck disable=SC2086 # lists of plain words
  if [ -n "$hx_k_files" ]; then hx_package_changing hx_pacman -U $hx_k_files || return 1; fi
  # shellcheck disable=SC2086
  if [ -n "$hx_k_list" ]; then hx_package_changing hx_pacman --needed -S $hx_k_list || return 1; fi
}

hx_pacman_remove() { hx_package_changing hx_pacman -R "$@"; }

# hx_k_also, less what a package that stays depends on.
hx_pacman_spare() {
  while [ -n "$hx_k_also" ]; do
    # shellcheck disable=SC2086 # lists of plain words
    hx_k_out=$(hx_package_run pacman --noconfirm -Rp $hx_k_specs $hx_k_also) && break
    hx_k_list=
    for hx_k_word in $hx_k_also; do
      case $hx_k_out in *"removing $hx_k_word breaks dependency"*) ;; *) hx_k_list="$hx_k_list $hx_k_word" ;; esac
    done
    [ "$hx_k_list" != "$hx_k_also" ] || break
    hx_k_also=$hx_k_list
  done
}

# pacman leaves changed configuration beside its place, as FILE.pacsave.
hx_pacman_noted() {
  hx_pacman_setting DBPath
  hx_k_saved=$(pacman -Q "$@" 2>/dev/null | while read -r hx_k_name hx_k_version; do
    awk -F '\t' '/^%/ { here = $0 == "%BACKUP%"; next } here && $1 != "" { print "/" $1 ".pacsave" }' \
      "${HX_REPLY:-/var/lib/pacman/}local/$hx_k_name-$hx_k_version/files" 2>/dev/null
  done | while IFS= read -r hx_k_file; do [ -e "$hx_k_file" ] || hx_say "$hx_k_file"; done)
}

hx_pacman_purge() {
  hx_say "${hx_k_saved-}" | while IFS= read -r hx_k_file; do [ -z "$hx_k_file" ] || rm -f -- "$hx_k_file"; done
}

hx_pacman_mark() {
  hx_k_word=$1
  shift
  case $hx_k_word in
  auto) hx_pacman -D --asdeps "$@" ;;
  manual) hx_pacman -D --asexplicit "$@" ;;
  *) for hx_k_name in "$@"; do hx_pacman_hold "$hx_k_word" "$hx_k_name" || return 1; done ;;
  esac
}

# hx_pacman_hold hold|unhold NAME: a line IgnorePkg of its own in pacman.conf, or its word in the line of somebody else.
hx_pacman_hold() {
  hx_k_file=/etc/pacman.conf
  cp -p "$hx_k_file" "$hx_k_file.hexis-new" && awk -v way="$1" -v name="$2" '
    way == "unhold" && /^[ \t]*IgnorePkg[ \t]*=/ {
      rest = $0; sub(/^[^=]*=/, "", rest)
      n = split(rest, word, " "); line = ""
      for (i = 1; i <= n; i++) if (word[i] != name) line = line " " word[i]
      if (line == "") next
      if (split(line, left, " ") != n) { print "IgnorePkg =" line; next }
    }
    { print }
    way == "hold" && /^[ \t]*\[options\]/ && !done { print "IgnorePkg = " name; done = 1 }
  ' "$hx_k_file" >"$hx_k_file.hexis-new" && mv -f "$hx_k_file.hexis-new" "$hx_k_file" || {
    rm -f "$hx_k_file.hexis-new"
    return 1
  }
}
