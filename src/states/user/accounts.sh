# Accounts of a host without the shadow tools (busybox): the account files themselves, each rewritten beside itself and
# renamed, under the lock that the shadow tools respect. The options are those of useradd, usermod and groupmod.
# shellcheck disable=SC2016 # the programs are awk's

# hx_accounts_edit FILE FIRST PROGRAM: awk over FIRST as line 1 (no argument or environment shows it), then the file.
hx_accounts_edit() {
  [ -f "/etc/$1" ] || return 0
  hx_a_tries=${HX_LOCK_S:-15}
  until (set -C && hx_say $$ >/etc/passwd.lock) 2>/dev/null; do
    hx_a_tries=$((hx_a_tries - 1))
    [ "$hx_a_tries" -gt 0 ] || hx_fail '/etc/passwd.lock is held by somebody else' || return 1
    sleep 1
  done
  rm -f "/etc/$1.hexis"
  cp -p "/etc/$1" "/etc/$1.hexis" && { hx_say "$2" && cat "/etc/$1"; } |
    HX_A_NAME=$hx_a_name awk -F : -v OFS=: "$3" >"/etc/$1.hexis" && [ -s "/etc/$1.hexis" ] &&
    hx_sync "/etc/$1.hexis" && mv -f "/etc/$1.hexis" "/etc/$1"
  hx_a_status=$?
  rm -f /etc/passwd.lock "/etc/$1.hexis"
  return $hx_a_status
}

# hx_accounts_put FILE FIELDS: the fields after the name, parted by colons; a TAB keeps what is there.
hx_accounts_put() {
  hx_accounts_edit "$1" "$2" '
    NR == 1 { n = split($0, field, ":"); next }
    $1 == ENVIRON["HX_A_NAME"] { for (i = 1; i <= n; i++) if (field[i] != "\t") $(i + 1) = field[i]; found = 1 }
    { print }
    END {
      if (found) exit
      line = ENVIRON["HX_A_NAME"]
      for (i = 1; i <= n; i++) line = line ":" (field[i] == "\t" ? "" : field[i])
      print line
    }'
}

# hx_accounts_cut FILE: without the line of the name.
hx_accounts_cut() { hx_accounts_edit "$1" '' 'NR > 1 && $1 != ENVIRON["HX_A_NAME"] { print }'; }

# hx_accounts_member FILE GROUPS [keep]: the name is a member of exactly GROUPS (keep: of these too).
hx_accounts_member() {
  hx_accounts_edit "$1" "${3-}:$2" '
    NR == 1 { keep = $1; n = split($2, group, ","); for (i = 1; i <= n; i++) wanted[group[i]] = 1; next }
    {
      m = split($4, member, ","); text = ""; had = 0
      for (i = 1; i <= m; i++) {
        if (member[i] == "") continue
        if (member[i] == ENVIRON["HX_A_NAME"]) { had = 1; if (!($1 in wanted) && keep != "keep") continue }
        text = text (text == "" ? "" : ",") member[i]
      }
      if (($1 in wanted) && !had) text = text (text == "" ? "" : ",") ENVIRON["HX_A_NAME"]
      $4 = text
      print
    }'
}

# hx_accounts_free FILE SYSTEM → HX_REPLY: the next number of the range that nobody has.
hx_accounts_free() {
  HX_REPLY=$(awk -F : -v system_wide="$2" '
    BEGIN { low = system_wide == "yes" ? 100 : 1000; high = system_wide == "yes" ? 999 : 59999; next_one = low }
    $3 >= low && $3 <= high { used[$3] = 1; if ($3 >= next_one) next_one = $3 + 1 }
    END { if (next_one > high) for (next_one = low; next_one in used; next_one++); print next_one }' "/etc/$1")
}

# hx_accounts_gid GROUP → HX_REPLY
hx_accounts_gid() {
  HX_REPLY=$(HX_A_GROUP=$1 awk -F : '$1 == ENVIRON["HX_A_GROUP"] || $3 == ENVIRON["HX_A_GROUP"] { print $3; exit }' /etc/group)
  [ -n "$HX_REPLY" ] || hx_fail "group '$1' does not exist"
}

# hx_accounts_options OPTION… -- NAME → hx_a_uid, hx_a_gid and so on; a TAB where not given.
hx_accounts_options() {
  hx_a_uid=$HX_TAB hx_a_gid=$HX_TAB hx_a_home=$HX_TAB hx_a_shell=$HX_TAB hx_a_comment=$HX_TAB hx_a_groups=$HX_TAB
  hx_a_expiry=$HX_TAB hx_a_hash=$HX_TAB hx_a_members=$HX_TAB hx_a_keep='' hx_a_system=no hx_a_make=no hx_a_own=no hx_a_lock=''
  while [ $# -gt 0 ]; do
    case $1 in
    --)
      hx_a_name=$2
      return 0
      ;;
    -r) hx_a_system=yes ;;
    -m) hx_a_make=yes ;;
    -M)
      case ${hx_a_kind-} in
      group)
        hx_a_members=$2
        shift
        ;;
      esac
      ;;
    -U) hx_a_own=yes ;;
    -a) hx_a_keep=keep ;;
    -L) hx_a_lock=yes ;;
    *)
      case $1,$2 in *,*:*)
        hx_fail "$2 holds a colon: account files cannot"
        return 1
        ;;
      esac
      case $1 in
      -u) hx_a_uid=$2 ;;
      -g) hx_a_gid=$2 ;;
      -d) hx_a_home=$2 ;;
      -s) hx_a_shell=$2 ;;
      -c) hx_a_comment=$2 ;;
      -G) hx_a_groups=$2 ;;
      -e) hx_accounts_days "$2" && hx_a_expiry=$HX_REPLY || return 1 ;;
      -p) hx_a_hash=$2 ;;
      esac
      shift
      ;;
    esac
    shift
  done
}

# hx_accounts_days DATE → HX_REPLY: days since 1970 of YYYY-MM-DD.
hx_accounts_days() {
  case $1 in
  '') HX_REPLY= ;;
  [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9])
    HX_REPLY=$(hx_say "$1" | awk -F - '{
      y = $1 - ($2 <= 2); era = int(y / 400); yoe = y - era * 400
      doy = int((153 * ($2 + ($2 > 2 ? -3 : 9)) + 2) / 5) + $3 - 1
      print era * 146097 + yoe * 365 + int(yoe / 4) - int(yoe / 100) + doy - 719468
    }')
    ;;
  *) hx_fail "$1 is no date YYYY-MM-DD" ;;
  esac
}

hx_accounts_add() {
  hx_a_kind=user
  hx_accounts_options "$@" || return 1
  [ "$hx_a_uid" != "$HX_TAB" ] || { hx_accounts_free passwd "$hx_a_system" && hx_a_uid=$HX_REPLY; }
  if [ "$hx_a_own" = yes ]; then
    # The private group gets the user's number where that is free.
    if hx_accounts_gid "$hx_a_uid" 2>/dev/null; then hx_accounts_free group "$hx_a_system"; else HX_REPLY=$hx_a_uid; fi
    hx_a_gid=$HX_REPLY
    hx_accounts_put group "x:$hx_a_gid:" && hx_accounts_put gshadow '!::' || return 1
  else
    hx_accounts_gid "$hx_a_gid" || return 1
    hx_a_gid=$HX_REPLY
  fi
  [ "$hx_a_home" != "$HX_TAB" ] || hx_a_home=/home/$hx_a_name
  [ "$hx_a_shell" != "$HX_TAB" ] || hx_a_shell=/bin/sh
  [ "$hx_a_comment" != "$HX_TAB" ] || hx_a_comment=
  [ "$hx_a_expiry" != "$HX_TAB" ] || hx_a_expiry=
  hx_accounts_groups_known || return 1
  hx_accounts_put shadow "!:$(($(date +%s) / 86400)):0:99999:7::$hx_a_expiry:" &&
    hx_accounts_put passwd "x:$hx_a_uid:$hx_a_gid:$hx_a_comment:$hx_a_home:$hx_a_shell" && hx_accounts_groups || return 1
  [ "$hx_a_make" = yes ] || return 0
  (umask 022 && mkdir -p -- "$hx_a_home") && { [ ! -d /etc/skel ] || cp -R /etc/skel/. "$hx_a_home"; } &&
    chown -R -h -- "$hx_a_uid:$hx_a_gid" "$hx_a_home" && chmod 0700 -- "$hx_a_home"
}

hx_accounts_groups_known() {
  [ "$hx_a_groups" != "$HX_TAB" ] || return 0
  hx_a_rest=$hx_a_groups,
  while [ -n "$hx_a_rest" ]; do
    [ -z "${hx_a_rest%%,*}" ] || hx_accounts_gid "${hx_a_rest%%,*}" || return 1
    hx_a_rest=${hx_a_rest#*,}
  done
}

hx_accounts_groups() {
  [ "$hx_a_groups" != "$HX_TAB" ] || return 0
  hx_accounts_member group "$hx_a_groups" "$hx_a_keep" && hx_accounts_member gshadow "$hx_a_groups" "$hx_a_keep"
}

# Options, or -L (lock), -U (unlock), -p HASH.
hx_accounts_change() {
  hx_a_kind=user
  hx_accounts_options "$@" || return 1
  if [ "$hx_a_lock" = yes ] || [ "$hx_a_own" = yes ]; then
    hx_accounts_edit shadow "$hx_a_lock" '
      NR == 1 { lock = $0; next }
      $1 == ENVIRON["HX_A_NAME"] { sub(/^!+/, "", $2); if (lock == "yes") $2 = "!" $2 }
      { print }'
    return
  fi
  if [ "$hx_a_gid" != "$HX_TAB" ]; then
    hx_accounts_gid "$hx_a_gid" || return 1
    hx_a_gid=$HX_REPLY
  fi
  hx_accounts_groups_known || return 1
  hx_accounts_put passwd "$HX_TAB:$hx_a_uid:$hx_a_gid:$hx_a_comment:$hx_a_home:$hx_a_shell" && hx_accounts_groups || return 1
  [ "$hx_a_expiry$hx_a_hash" = "$HX_TAB$HX_TAB" ] ||
    hx_accounts_put shadow "$hx_a_hash:$HX_TAB:$HX_TAB:$HX_TAB:$HX_TAB:$HX_TAB:$hx_a_expiry"
}

# hx_accounts_shadow NAME FIELDS: hash and ageing.
hx_accounts_shadow() {
  hx_a_name=$1
  hx_accounts_put shadow "$2"
}

# hx_accounts_drop [-r] NAME GROUP: GROUP yes takes the private group along.
hx_accounts_drop() {
  hx_a_home=
  if [ "$1" = -r ]; then
    shift
    hx_a_home=$(HX_A_NAME=$1 awk -F : '$1 == ENVIRON["HX_A_NAME"] { print $6; exit }' /etc/passwd)
  fi
  hx_a_name=$1
  hx_a_uid=$(id -u "$1" 2>/dev/null)
  if [ -n "$hx_a_uid" ] && grep -qs "^Uid:[[:blank:]]*${hx_a_uid}[[:blank:]]" /proc/[0-9]*/status; then
    hx_user_busy
    hx_fail "user $hx_a_name could not be removed"
    return 1
  fi
  hx_accounts_member group '' && hx_accounts_member gshadow '' && hx_accounts_cut shadow && hx_accounts_cut passwd || return 1
  [ "$2" != yes ] || { hx_accounts_cut group && hx_accounts_cut gshadow; } || return 1
  case $hx_a_home in /?*) [ ! -d "$hx_a_home" ] || [ -L "$hx_a_home" ] || rm -r -- "$hx_a_home" ;; esac
}

# hx_accounts_group_set [-g GID] [-r] [-M MEMBERS] -- NAME: makes or changes a group.
hx_accounts_group_set() {
  hx_a_kind=group
  hx_accounts_options "$@" || return 1
  if [ "$hx_a_gid" = "$HX_TAB" ] && ! hx_accounts_gid "$hx_a_name" 2>/dev/null; then
    hx_accounts_free group "$hx_a_system"
    hx_a_gid=$HX_REPLY
  elif [ "$hx_a_gid" != "$HX_TAB" ] && hx_accounts_gid "$hx_a_gid" 2>/dev/null; then
    hx_fail "GID '$hx_a_gid' already exists"
    return 1
  fi
  hx_accounts_put group "x:$hx_a_gid:$hx_a_members" && hx_accounts_put gshadow "!::$hx_a_members"
}

hx_accounts_group_drop() {
  hx_accounts_gid "$1" || return 1
  hx_a_name=$1
  if awk -F : -v gid="$HX_REPLY" '$4 == gid { found = 1 } END { exit !found }' /etc/passwd; then
    hx_fail "cannot remove the primary group of a user"
    return 1
  fi
  hx_accounts_cut group && hx_accounts_cut gshadow
}
