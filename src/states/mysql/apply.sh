# shellcheck disable=SC2154,SC2034,SC2015,SC2016,SC2030,SC2031 # variables of the other parts; every A && B || C is meant; SQL
# Kind `mysql`, apply: all ops of a server by one client. The server has no transaction for any of this: each statement holds
# at once, and the way back goes by what is there.
#
# hx_m_sql grows; `#N` in what the client prints: op N has begun, `=N`: it is complete.

hx_apply_mysql() {
  set -f
  hx_m_failed=0
  hx_my_ops 8<"$1" || hx_m_failed=1
  set +f
  return $hx_m_failed
}

hx_my_ops() {
  hx_m_sql='' hx_m_lost=''
  while IFS=$HX_TAB read -r hx_m_n hx_m_verb hx_m_id hx_m_before hx_m_args <&8; do
    hx_my_identity "$hx_m_id" || {
      hx_failed "$hx_m_n"
      hx_fail "$hx_m_id is no user, database or grant"
      return 1
    }
    if [ -n "$hx_m_sql" ] && [ "$hx_m_server" != "$hx_m_of" ]; then
      hx_my_flush && hx_my_identity "$hx_m_id" || return 1
    fi
    hx_m_of=$hx_m_server
    hx_args "$hx_m_args"
    hx_my_one || {
      hx_failed "$hx_m_n"
      return 1
    }
  done
  hx_my_flush
}

hx_my_one() {
  hx_m_found=0
  hx_my_find "$hx_m_server" || hx_m_found=$?
  if [ $hx_m_found = 1 ] && hx_arg type && [ "$HX_REPLY" != present ]; then
    # Where there is no server, nothing of it is left.
    hx_done "$hx_m_n"
    return 0
  fi
  case $hx_m_found in
  1) hx_fail 'this host has no MariaDB or MySQL (there is no client): declare its package before' || return 1 ;;
  2) hx_fail 'no MariaDB or MySQL listens on this host: declare that its service runs before' || return 1 ;;
  esac
  hx_my_add "SELECT '#$hx_m_n'"
  case $hx_m_sort in
  user) hx_my_user ;;
  database) hx_my_database ;;
  grant) hx_my_grant ;;
  esac || return 1
  hx_my_add "SELECT '=$hx_m_n'"
}

# hx_my_add SQL: one statement more.
hx_my_add() { hx_m_sql="$hx_m_sql$1;$HX_NL"; }

hx_my_flush() {
  [ -n "$hx_m_sql" ] || return 0
  hx_my_find "$hx_m_of" || hx_fail 'no MariaDB or MySQL listens on this host' || return 1
  hx_m_status=0
  hx_m_out=$(hx_put "$HX_MY_FIRST$HX_MY_QUIET$hx_m_sql" | hx_my_client 2>&1) || hx_m_status=$?
  hx_m_sql=
  hx_m_secrets_of=
  for hx_m_word in $(hx_say "$hx_m_out" | sed -n 's/^=\([0-9][0-9]*\)$/\1/p'); do
    case " $hx_m_lost " in *" $hx_m_word "*) ;; *) hx_done "$hx_m_word" ;; esac
  done
  if [ $hx_m_status != 0 ]; then
    hx_m_n=$(hx_say "$hx_m_out" | sed -n 's/^#\([0-9][0-9]*\)$/\1/p' | tail -n 1)
    [ -z "$hx_m_n" ] || hx_failed "$hx_m_n"
    hx_fail "the server says: $(hx_say "$hx_m_out" | grep -v '^[#=][0-9]*$' | hx_my_said)"
    return 1
  fi
  hx_m_word=${hx_m_lost%% *}
  hx_m_lost=
  [ -n "$hx_m_word" ] || return 0
  hx_failed "$hx_m_word"
  hx_fail 'the database is there again, but empty: what it held is gone'
}

# hx_my_wants ASPECT → HX_REPLY: the step tells it, and the host has another value.
hx_my_wants() {
  hx_arg "$1" || return 1
  hx_m_raw=${HX_ARGS#*" $1="}
  case " $hx_m_before " in *" $1=${hx_m_raw%% *} "*) return 1 ;; esac
}

hx_my_database() {
  hx_my_ident "$hx_m_name"
  hx_m_base=$HX_REPLY
  if hx_arg type && [ "$HX_REPLY" = absent ]; then
    [ "$hx_m_before" != type=absent ] || return 0
    case " $hx_m_before " in
    *' entries=0 '*) ;;
    *) if hx_arg ifempty; then hx_fail "the database $hx_m_name is not empty any more: it stays" || return 1; fi ;;
    esac
    hx_my_add "DROP DATABASE IF EXISTS $hx_m_base"
    return 0
  fi
  hx_m_options=
  for hx_m_word in 'charset CHARACTER SET' 'collate COLLATE'; do
    if hx_arg "${hx_m_word%% *}"; then
      hx_my_literal "$HX_REPLY"
      hx_m_options="$hx_m_options ${hx_m_word#* } $HX_REPLY"
    fi
  done
  if [ "$hx_m_before" = type=absent ]; then
    hx_my_add "CREATE DATABASE $hx_m_base$hx_m_options"
    # Only a state that was captured says how much there was.
    if hx_arg entries && [ "$HX_REPLY" != 0 ]; then hx_m_lost="${hx_m_lost:+$hx_m_lost }$hx_m_n"; fi
  elif [ -n "$hx_m_options" ]; then hx_my_add "ALTER DATABASE $hx_m_base$hx_m_options"; fi
}

hx_my_grant() {
  hx_arg privileges || HX_REPLY='?'
  hx_m_wanted=$HX_REPLY
  case " $hx_m_before " in
  *' type=? '*) if hx_arg type; then return 0; fi ;;
  esac
  [ "$hx_m_wanted" != '?' ] || hx_m_wanted=
  hx_my_account
  hx_m_account=$HX_REPLY
  case $hx_m_on in
  all) hx_m_what='*.*' ;;
  database)
    hx_my_pattern "$hx_m_db"
    hx_my_ident "$HX_REPLY"
    hx_m_what="$HX_REPLY.*"
    ;;
  table)
    hx_my_ident "$hx_m_db"
    hx_m_what=$HX_REPLY
    hx_my_ident "$hx_m_table"
    hx_m_what="$hx_m_what.$HX_REPLY"
    ;;
  esac
  hx_m_held=
  case " $hx_m_before " in
  *' privileges=?'*) ;;
  *' privileges='*)
    hx_m_held=${hx_m_before#*privileges=}
    hx_decode "${hx_m_held%% *}"
    hx_m_held=$HX_REPLY
    ;;
  esac
  # Where ALL goes, some of it may come again.
  case ",$hx_m_held,/,$hx_m_wanted," in
  *,ALL,*/*,ALL,*) ;;
  *,ALL,*/*)
    hx_my_add "REVOKE ALL PRIVILEGES ON $hx_m_what FROM $hx_m_account"
    case $hx_m_held in *'GRANT OPTION') hx_m_held='GRANT OPTION' ;; *) hx_m_held= ;; esac
    ;;
  esac
  case $hx_m_wanted in
  ALL | ALL,*) ;;
  *) hx_my_each "$hx_m_held" "$hx_m_wanted" 'REVOKE' FROM || return 1 ;;
  esac
  case ",$hx_m_held,/,$hx_m_wanted," in
  *',GRANT OPTION,'*/*',GRANT OPTION,'*) ;;
  *',GRANT OPTION,'*/*) hx_my_add "REVOKE GRANT OPTION ON $hx_m_what FROM $hx_m_account" ;;
  esac
  hx_my_each "$hx_m_wanted" "$hx_m_held" GRANT TO || return 1
  case ",$hx_m_held,/,$hx_m_wanted," in
  *',GRANT OPTION,'*/*) ;;
  *',GRANT OPTION,') hx_my_add "GRANT USAGE ON $hx_m_what TO $hx_m_account WITH GRANT OPTION" ;;
  esac
}

# hx_my_each THESE OTHERS GRANT|REVOKE TO|FROM: a statement for those of THESE that are none of OTHERS, but for GRANT OPTION.
hx_my_each() {
  hx_m_some=
  hx_m_rest=$1,
  while [ -n "$hx_m_rest" ]; do
    hx_m_word=${hx_m_rest%%,*}
    hx_m_rest=${hx_m_rest#*,}
    case $hx_m_word in
    '' | 'GRANT OPTION') continue ;;
    *[!A-Z_\ ]*) hx_fail "$hx_m_word is no privilege" || return 1 ;;
    esac
    case ",$2," in *",$hx_m_word,"*) continue ;; esac
    [ "$hx_m_word" != ALL ] || hx_m_word='ALL PRIVILEGES'
    hx_m_some="$hx_m_some${hx_m_some:+, }$hx_m_word"
  done
  [ -z "$hx_m_some" ] || hx_my_add "$3 $hx_m_some ON $hx_m_what $4 $hx_m_account"
}
