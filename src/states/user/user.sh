# Kind `user`. Observed with one look at each account database for all names; changed by the shadow tools, or, where
# a host has none (busybox), by the account files themselves (src/states/user/accounts.sh).
#
# $HX_STATE/accounts/NAME says what making that user made besides: its private group, its home, parents of the home.
# Password hashes travel on standard input only; the earlier one lies in blobs/, never in the journal.

# shellcheck disable=SC2016 # awk
HX_ACCOUNTS_AWK='
  BEGIN { for (i = 1; i < 256; i++) byte[sprintf("%c", i)] = i }
  function enc(text,  i, c, out) {
    if (text == "") return "\"\""
    if (text !~ /[^!-~]/ && text !~ /[%#&=;<"]/) return text
    out = ""
    for (i = 1; i <= length(text); i++) {
      c = substr(text, i, 1)
      out = out ((c ~ /[%#&=;<"]/ || byte[c] < 33 || byte[c] > 126) ? sprintf("%%%02X", byte[c]) : c)
    }
    return out
  }
  function sorted(text,  name, n, i, j, held) {
    n = split(text, name, ",")
    for (i = 2; i <= n; i++) {
      held = name[i]
      for (j = i - 1; j > 0 && name[j] > held; j--) name[j + 1] = name[j]
      name[j + 1] = held
    }
    text = ""
    for (i = 1; i <= n; i++) if (name[i] != "") text = text (text == "" ? "" : ",") name[i]
    return text
  }
  function date(days,  era, doe, yoe, doy, mp, y, m) {
    if (days !~ /^[0-9]+$/) return ""
    days += 719468; era = int(days / 146097); doe = days - era * 146097
    yoe = int((doe - int(doe / 1460) + int(doe / 36524) - int(doe / 146096)) / 365)
    doy = doe - (365 * yoe + int(yoe / 4) - int(yoe / 100)); mp = int((5 * doy + 2) / 153)
    m = mp < 10 ? mp + 3 : mp - 9; y = yoe + era * 400 + (m <= 2)
    return sprintf("%04d-%02d-%02d", y, m, doy - int((153 * mp + 2) / 5) + 1)
  }
'

# hx_accounts DATABASE [NAME…]: the lines of passwd or group, by the name service where there is one.
hx_accounts() {
  if command -v getent >/dev/null 2>&1; then getent "$@" || :; else cat "/etc/$1" 2>/dev/null || :; fi
}

# hx_account_names IDS: those that can be names of accounts at all; others are looked up nowhere.
hx_account_names() { hx_say "$1" | grep '^[A-Za-z_][A-Za-z0-9_.-]*[$]\{0,1\}$' || :; }

hx_observe_user() {
  hx_u_ids=$(cat)
  [ -n "$hx_u_ids" ] || return 0
  hx_u_names=$(hx_account_names "$hx_u_ids")
  {
    hx_say "$hx_u_ids"
    hx_say "${HX_TAB}passwd"
    # shellcheck disable=SC2086 # names without blanks or wildcards
    [ -z "$hx_u_names" ] || hx_accounts passwd $hx_u_names
    hx_say "${HX_TAB}group"
    hx_accounts group
    hx_say "${HX_TAB}shadow"
    [ ! -r /etc/shadow ] || cat /etc/shadow
  } | awk -F : "$HX_ACCOUNTS_AWK"'
    /^\t/ { part = substr($0, 2); next }
    part == "" { ids[++n] = $0; wanted[$0] = 1; next }
    part == "passwd" { if (($1 in wanted) && !($1 in is)) is[$1] = $0; next }
    part == "group" {
      if (!($3 in named)) named[$3] = $1
      if (!($1 in seen) && $4 != "") {
        seen[$1] = 1; m = split($4, member, ",")
        for (i = 1; i <= m; i++) if (member[i] in wanted) groups[member[i]] = groups[member[i]] "," $1
      }
      next
    }
    ($1 in wanted) { shadow = 1; locked[$1] = $2 ~ /^!/ ? "yes" : "no"; expiry[$1] = date($8) }
    END {
      for (i = 1; i <= n; i++) {
        id = ids[i]
        if (!(id in is)) { print id "\ttype=absent"; continue }
        split(is[id], f, ":")
        print id "\tcomment=" enc(f[5]) ((id in locked) ? " expiry=" enc(expiry[id]) : "") \
          " gid=" enc((f[4] in named) ? named[f[4]] : f[4]) " groups=" enc(sorted(groups[id])) " home=" enc(f[6]) \
          ((id in locked) ? " locked=" locked[id] : "") " shell=" enc(f[7]) " type=present uid=" f[3]
      }
    }'
}

# hx_user_password_is NAME FILE: true where the password hash of NAME is the one that FILE holds.
hx_user_password_is() {
  hx_user_shadow "$1" || return 1
  hx_u_now=${HX_REPLY#*:}
  hx_u_now=${hx_u_now%%:*}
  [ "${hx_u_now#!}" = "$(cat "$2")" ]
}

# hx_user_shadow NAME → HX_REPLY: its line of the shadow file. Never echoed, never an argument.
hx_user_shadow() {
  HX_REPLY=$(HX_A_NAME=$1 awk -F : '$1 == ENVIRON["HX_A_NAME"] { print; exit }' /etc/shadow 2>/dev/null)
  [ -n "$HX_REPLY" ]
}

hx_apply_user() {
  # shellcheck disable=SC2034 # the verb is always USER
  while IFS=$HX_TAB read -r hx_u_n hx_u_verb hx_u_id hx_u_before hx_u_args <&8; do
    hx_decode "$hx_u_id" && [ "$(hx_account_names "$HX_REPLY")" = "$HX_REPLY" ] ||
      hx_fail "$hx_u_id is no name for a user" || return 1
    hx_u_name=$HX_REPLY
    [ "$hx_u_before" != '?' ] || hx_user_look
    hx_args "$hx_u_args"
    hx_user_one || return 1
    hx_done "$hx_u_n"
  done 8<"$1"
}

hx_user_look() {
  hx_u_before=$(hx_say "$hx_u_name" | hx_observe_user)
  hx_u_before=${hx_u_before#*"$HX_TAB"}
}

hx_user_one() {
  if hx_arg type && [ "$HX_REPLY" = absent ]; then
    [ "$hx_u_before" = type=absent ] || hx_user_remove
    return
  fi
  if [ "$hx_u_before" = type=absent ]; then
    hx_user_create || return 1
    hx_user_look
  fi
  hx_user_modify
}

# hx_user_wants ASPECT → HX_REPLY: the step tells it and the host has another value.
hx_user_wants() {
  hx_arg "$1" || return 1
  hx_u_raw=${HX_ARGS#*" $1="}
  case " $hx_u_before " in *" $1=${hx_u_raw%% *} "*) return 1 ;; esac
}

hx_user_create() {
  hx_user_plan_home
  hx_user_own_group || return 1
  hx_u_group=no
  if hx_arg gid; then set -- -g "$HX_REPLY"; elif hx_accounts group "$hx_u_name" | grep -q "^$hx_u_name:"; then
    set -- -g "$hx_u_name"
  else
    hx_u_group=yes
    set -- -U
  fi
  if [ "$HX_UNDO" = yes ] && [ -f "$hx_u_kept.account" ]; then
    hx_u_group=$(sed -n 's/^group=\([a-z]*\) .*/\1/p' "$hx_u_kept.account")
  fi
  hx_u_made=$hx_u_n
  hx_encode "$hx_u_home"
  hx_u_line="group=$hx_u_group home=$HX_REPLY"
  hx_encode "$hx_u_parent"
  mkdir -p "$HX_STATE/accounts" && hx_say "$hx_u_line parent=$HX_REPLY" >"$HX_STATE/accounts/$hx_u_name" &&
    hx_sync "$HX_STATE/accounts/$hx_u_name" || return 1
  if [ -n "$hx_u_home" ]; then set -- "$@" -m; else set -- "$@" -M; fi
  if hx_arg uid; then set -- "$@" -u "$HX_REPLY"; fi
  if hx_arg home; then set -- "$@" -d "$HX_REPLY"; fi
  if hx_arg shell; then set -- "$@" -s "$HX_REPLY"; fi
  if hx_arg comment; then set -- "$@" -c "$HX_REPLY"; fi
  if hx_arg groups && [ -n "$HX_REPLY" ]; then set -- "$@" -G "$HX_REPLY"; fi
  if hx_arg expiry && [ -n "$HX_REPLY" ]; then set -- "$@" -e "$HX_REPLY"; fi
  if hx_arg system && [ "$HX_REPLY" = yes ]; then set -- "$@" -r; fi
  if command -v useradd >/dev/null 2>&1; then
    # Homes are made as useradd would make them for a person, whatever mask the runtime has.
    (umask 022 && useradd "$@" -- "$hx_u_name")
  else hx_accounts_add "$@" -- "$hx_u_name"; fi || hx_fail "user $hx_u_name could not be made" || return 1
  # A state that was captured names both; a declaration that has no password does not.
  if ! hx_arg password && hx_arg locked && hx_arg expiry; then hx_user_restore; fi
}

# hx_u_home: the home that is to be made, empty where none is; hx_u_parent: the outermost directory made for it.
hx_user_plan_home() {
  hx_u_parent=
  hx_arg home "/home/$hx_u_name" || :
  hx_u_home=$HX_REPLY
  hx_u_make=yes
  if hx_arg system && [ "$HX_REPLY" = yes ]; then hx_u_make=no; fi
  if hx_arg createhome; then hx_u_make=$HX_REPLY; fi
  # A directory that the same plan declares is made by its own step, as it is declared.
  if [ "$hx_u_make" = no ] || [ -e "$hx_u_home" ] || hx_user_home_declared; then
    hx_u_home=
    return 0
  fi
  hx_u_up=$hx_u_home
  while [ -n "$hx_u_up" ] && [ ! -e "$hx_u_up" ]; do
    hx_u_parent=$hx_u_up
    hx_u_up=${hx_u_up%/*}
  done
}

hx_user_home_declared() {
  [ -n "${HX_DIR-}" ] && [ -f "$HX_DIR/ops" ] || return 1
  hx_encode "$hx_u_home"
  HX_A_HOME=$HX_REPLY awk -F "$HX_TAB" '
    $2 == "path" && ($3 == "DIR" || $3 == "LINK") && $4 == ENVIRON["HX_A_HOME"] { found = 1 }
    END { exit !found }' "$HX_DIR/ops"
}

hx_user_modify() {
  set --
  if hx_user_wants uid; then set -- "$@" -u "$HX_REPLY"; fi
  if hx_user_wants gid; then set -- "$@" -g "$HX_REPLY"; fi
  if hx_user_wants home; then set -- "$@" -d "$HX_REPLY"; fi
  if hx_user_wants shell; then set -- "$@" -s "$HX_REPLY"; fi
  if hx_user_wants comment; then set -- "$@" -c "$HX_REPLY"; fi
  if hx_user_wants expiry; then set -- "$@" -e "$HX_REPLY"; fi
  if hx_user_wants groups; then
    hx_u_groups=$HX_REPLY
    if hx_arg append && [ "$HX_REPLY" = yes ]; then
      [ -z "$hx_u_groups" ] || set -- "$@" -a -G "$hx_u_groups"
    else set -- "$@" -G "$hx_u_groups"; fi
  fi
  [ $# -eq 0 ] || hx_user_mod "$@" || return 1
  hx_user_password || return 1
  if hx_user_wants locked; then
    if [ "$HX_REPLY" = yes ]; then hx_user_mod -L || return 1; else
      hx_user_shadow "$hx_u_name" || :
      case ${HX_REPLY#*:} in
      # Nothing stands behind the mark: not locked, yet without any password that fits.
      !:* | !!:*) hx_user_mod -p '*' ;;
      *) hx_user_mod -U ;;
      esac || return 1
    fi
  fi
  if hx_arg createhome && [ "$HX_REPLY" = yes ]; then hx_user_home; fi
}

# hx_user_mod OPTION…
hx_user_mod() {
  if ! command -v usermod >/dev/null 2>&1; then
    hx_accounts_change "$@" -- "$hx_u_name"
    return
  fi
  usermod "$@" -- "$hx_u_name" && return 0
  case $? in 8) hx_user_busy ;; esac
  hx_fail "user $hx_u_name could not be changed"
}

# A home for a user that was there without one.
hx_user_home() {
  hx_u_line=$(hx_accounts passwd "$hx_u_name" | HX_A_NAME=$hx_u_name awk -F : \
    '$1 == ENVIRON["HX_A_NAME"] { print $6; exit }')
  [ -n "$hx_u_line" ] && [ ! -e "$hx_u_line" ] || return 0
  (umask 022 && mkdir -p -- "${hx_u_line%/*}") && mkdir -m 0700 -- "$hx_u_line" || return 1
  [ ! -d /etc/skel ] || cp -R /etc/skel/. "$hx_u_line" || return 1
  chown -R -h -- "$hx_u_name:$(id -g "$hx_u_name")" "$hx_u_line"
}

hx_user_password() {
  if [ "$HX_UNDO" = yes ] && [ -f "$HX_STATE/blobs/inodes/$HX_TX.$hx_u_n.shadow" ]; then
    hx_user_shadow_from "$HX_STATE/blobs/inodes/$HX_TX.$hx_u_n.shadow"
    return
  fi
  hx_arg password || return 0
  case $HX_REPLY in
  sealed:other | sealed:equal)
    hx_user_restore
    return
    ;;
  esac
  hx_blob "$HX_REPLY"
  hx_u_blob=$HX_REPLY
  [ -f "$hx_u_blob" ] || hx_fail "the password of $hx_u_name is not on this host" || return 1
  ! hx_user_password_is "$hx_u_name" "$hx_u_blob" || return 0
  hx_user_keep || return 1
  # Without any password behind the mark, the lock was only the want of one.
  hx_user_shadow "$hx_u_name" || :
  case ${HX_REPLY#*:} in '!:'* | '!!:'*) hx_u_bare=yes ;; *) hx_u_bare=no ;; esac
  hx_user_set_hash "$(cat "$hx_u_blob")" || return 1
  case " $hx_u_before " in
  *' locked=yes '*)
    # A password replaces the lock; it comes back unless the step says otherwise.
    hx_u_before="$(hx_say "$hx_u_before" | sed 's/ locked=yes/ locked=no/')"
    if hx_arg locked; then return 0; fi
    hx_user_made_now || [ $hx_u_bare = yes ] || hx_user_mod -L
    ;;
  esac
}

# True where this step made the user: its lock was only the want of a password.
hx_user_made_now() { [ "${hx_u_made-}" = "$hx_u_n" ]; }

# hx_user_set_hash HASH: on standard input, by a builtin, so that no process list shows it.
hx_user_set_hash() {
  case $1 in
  *:* | *"$HX_NL"*)
    hx_fail "the password of $hx_u_name must be a hash of crypt(5) in one line"
    return 1
    ;;
  esac
  if command -v chage >/dev/null 2>&1; then hx_say "$hx_u_name:$1" | chpasswd -e; else
    hx_accounts_shadow "$hx_u_name" "$1:$(($(date +%s) / 86400))"
  fi || hx_fail "the password of $hx_u_name could not be set"
}

# The shadow line as it is now: for the way back of this transaction, and once for the origin.
hx_user_keep() {
  [ "$HX_UNDO" != yes ] && hx_user_shadow "$hx_u_name" || return 0
  mkdir -p "$HX_STATE/blobs/inodes" || return 1
  for hx_u_file in "$HX_STATE"/blobs/inodes/*.shadow; do
    case $hx_u_file in "$HX_STATE/blobs/inodes/$HX_TX."*) ;; *) rm -f -- "$hx_u_file" ;; esac
  done
  hx_user_origin
  [ -f "$hx_u_blob_origin" ] || hx_say "$HX_REPLY" >"$hx_u_blob_origin" || return 1
  [ -z "$HX_TX" ] || hx_say "$HX_REPLY" >"$HX_STATE/blobs/inodes/$HX_TX.$hx_u_n.shadow" || return 1
  hx_sync "$hx_u_blob_origin" "$HX_STATE/blobs/inodes"
}

# userdel may take the group of the user's name along: its line and the record of what came with the user are kept.
hx_user_keep_own() {
  [ "$HX_UNDO" != yes ] && [ -n "$HX_TX" ] || return 0
  hx_u_kept=$HX_STATE/blobs/inodes/$HX_TX.$hx_u_n
  mkdir -p "$HX_STATE/blobs/inodes" || return 1
  hx_accounts group "$hx_u_name" | grep "^$hx_u_name:" >"$hx_u_kept.group" || :
  [ ! -f "$hx_u_record" ] || cp -- "$hx_u_record" "$hx_u_kept.account" || return 1
  hx_sync "$hx_u_kept.group" "$HX_STATE/blobs/inodes"
}

# On the way back the group comes first, with its number.
hx_user_own_group() {
  hx_u_kept=$HX_STATE/blobs/inodes/$HX_TX.$hx_u_n
  [ "$HX_UNDO" = yes ] && [ -s "$hx_u_kept.group" ] || return 0
  [ -z "$(hx_accounts group "$hx_u_name" | grep "^$hx_u_name:")" ] || return 0
  IFS=: read -r hx_u_line hx_u_line hx_u_number hx_u_line <"$hx_u_kept.group" || :
  # shellcheck disable=SC2034 # the group.sh beside reads it
  hx_g_name=$hx_u_name
  hx_group_tool groupadd -g "$hx_u_number" || hx_fail "group $hx_u_name could not be made"
}

hx_user_origin() { hx_u_blob_origin=$HX_STATE/blobs/sealed:origin@user-$hx_u_name; }

hx_user_restore() {
  if [ "$HX_UNDO" = yes ] && [ -f "$HX_STATE/blobs/inodes/$HX_TX.$hx_u_n.shadow" ]; then
    hx_user_shadow_from "$HX_STATE/blobs/inodes/$HX_TX.$hx_u_n.shadow"
    return
  fi
  hx_user_origin
  [ -f "$hx_u_blob_origin" ] || return 0
  hx_user_shadow_from "$hx_u_blob_origin" && rm -f -- "$hx_u_blob_origin"
}

# hx_user_shadow_from FILE: hash and ageing of a kept shadow line.
hx_user_shadow_from() {
  IFS=: read -r hx_u_line hx_u_hash hx_u_last hx_u_min hx_u_max hx_u_warn hx_u_idle hx_u_line <"$1" || :
  hx_user_set_hash "$hx_u_hash" || return 1
  hx_u_before=$(hx_say "$hx_u_before" | sed 's/ locked=[a-z]*//')
  case $hx_u_hash in
  !*) hx_u_before="$hx_u_before locked=yes" ;;
  *) hx_u_before="$hx_u_before locked=no" ;;
  esac
  if ! command -v chage >/dev/null 2>&1; then
    hx_accounts_shadow "$hx_u_name" "$hx_u_hash:$hx_u_last:$hx_u_min:$hx_u_max:$hx_u_warn:$hx_u_idle"
    return
  fi
  chage -d "${hx_u_last:--1}" -m "${hx_u_min:--1}" -M "${hx_u_max:--1}" -W "${hx_u_warn:--1}" -I "${hx_u_idle:--1}" \
    -- "$hx_u_name"
}

hx_user_remove() {
  hx_u_line=
  hx_u_record=$HX_STATE/accounts/$hx_u_name
  if [ -f "$hx_u_record" ]; then IFS= read -r hx_u_line <"$hx_u_record" || :; fi
  hx_u_purge=no
  if hx_arg purgehome; then hx_u_purge=$HX_REPLY; fi
  hx_user_keep && hx_user_keep_own || return 1
  hx_args "$hx_u_line"
  hx_u_group=no
  if hx_arg group; then hx_u_group=$HX_REPLY; fi
  set --
  [ "$hx_u_purge" != yes ] || set -- -r
  if command -v userdel >/dev/null 2>&1; then
    hx_user_del "$@" || return 1
  else hx_accounts_drop "$@" "$hx_u_name" "$hx_u_group" || return 1; fi
  if hx_arg home && [ -n "$HX_REPLY" ]; then hx_user_unmake_home "$HX_REPLY"; fi
  rm -f -- "$hx_u_record"
}

# userdel takes a group of the user's name along. Where that group was there before the user, a member holds it back.
hx_user_del() {
  hx_u_held=
  if [ "$hx_u_group" != yes ]; then
    hx_u_members=$(hx_accounts group "$hx_u_name" | HX_A_NAME=$hx_u_name awk -F : \
      '$1 == ENVIRON["HX_A_NAME"] { print "," $4 ","; exit }')
    case $hx_u_members in '' | *,root,*) ;; *) hx_u_held=yes ;; esac
  fi
  [ -z "$hx_u_held" ] || gpasswd -a root "$hx_u_name" >/dev/null || return 1
  hx_u_error=$(userdel "$@" -- "$hx_u_name" 2>&1)
  hx_u_status=$?
  [ -z "$hx_u_held" ] || gpasswd -d root "$hx_u_name" >/dev/null || hx_u_status=1
  # 12: the account is gone, its home could not be removed.
  case $hx_u_status in
  0) ;;
  8) hx_user_busy ;;
  12) hx_note "user $hx_u_name was removed, its home was not" ;;
  *) hx_say "$hx_u_error" >&2 ;;
  esac
  case $hx_u_status in
  0 | 12) ;;
  *) hx_fail "user $hx_u_name could not be removed" ;;
  esac
}

# Names the processes that hold a user.
hx_user_busy() {
  hx_u_list=$(for hx_u_file in /proc/[0-9]*/status; do cat "$hx_u_file" 2>/dev/null; done |
    HX_A_UID="$(id -u "$hx_u_name")" awk '
      $1 == "Name:" { name = $2 }
      $1 == "Pid:" { pid = $2 }
      $1 == "Uid:" && ($2 == ENVIRON["HX_A_UID"] || $3 == ENVIRON["HX_A_UID"]) {
        if (n++ < 5) list = list (n > 1 ? ", " : "") pid " (" name ")"
      }
      END { print list (n > 5 ? " and " n - 5 " more" : "") }')
  hx_say "user $hx_u_name is still in use by process ${hx_u_list:-(none seen here)}: stop it first" >&2
}

# hx_user_unmake_home HOME: gone again if it is as it was made; else it stays, and the person hears of it.
hx_user_unmake_home() {
  [ -d "$1" ] && [ ! -L "$1" ] || return 0
  mkdir -p "$HX_STATE/accounts" || return 0
  hx_u_skel=/etc/skel
  if [ ! -d /etc/skel ]; then
    hx_u_skel=$HX_STATE/accounts/.empty
    mkdir -p "$hx_u_skel"
  fi
  if diff -r "$hx_u_skel" "$1" >/dev/null 2>&1; then
    rm -r -- "$1"
    hx_arg parent || :
    hx_u_up=${1%/*}
    while [ -n "$HX_REPLY" ] && [ "${#hx_u_up}" -ge "${#HX_REPLY}" ] && rmdir -- "$hx_u_up" 2>/dev/null; do
      hx_u_up=${hx_u_up%/*}
    done
  else hx_note "home $1 of the removed user $hx_u_name stays: it is not as it was made"; fi
  rmdir "$HX_STATE/accounts/.empty" 2>/dev/null || :
}
