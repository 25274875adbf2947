# shellcheck disable=SC2154,SC2034,SC2015,SC2016 # variables of the other parts; every A && B || C is meant; SQL
# Kind `mysql`, apply: accounts. What one was (the words of SHOW CREATE USER and SHOW GRANTS, which hold its hash) is kept in
# blobs, readable for root alone, never in the journal: for the way back of this transaction, and once for the origin.

# No password has this hash.
HX_MY_NOBODY="IDENTIFIED WITH mysql_native_password AS '*0000000000000000000000000000000000000000'"

hx_my_user() {
  hx_my_account
  hx_m_account=$HX_REPLY
  if hx_arg type && [ "$HX_REPLY" = absent ]; then
    [ "$hx_m_before" != type=absent ] || return 0
    hx_my_keep && hx_my_add "DROP USER IF EXISTS $hx_m_account"
    return
  fi
  hx_m_kept=$HX_STATE/blobs/inodes/$HX_TX.$hx_m_n.account
  if [ "$HX_UNDO" = yes ] && [ -f "$hx_m_kept" ]; then
    hx_my_again "$hx_m_kept"
    return
  fi
  hx_my_authentication || return 1
  if [ "$hx_m_before" = type=absent ]; then
    # A state that was captured counts its grants; a declaration does not.
    hx_my_origin
    if hx_arg grants && [ -f "$hx_m_origin" ]; then
      hx_my_again "$hx_m_origin"
      return
    fi
    hx_my_add "CREATE USER $hx_m_account ${hx_m_auth:-$HX_MY_NOBODY}"
    hx_m_auth=
  fi
  hx_m_options=$hx_m_auth
  if hx_my_wants require; then
    case $HX_REPLY in
    none | ssl | x509) hx_m_options="$hx_m_options REQUIRE $HX_REPLY" ;;
    # A cipher, issuer or subject, which no aspect holds.
    *)
      hx_my_origin
      [ ! -f "$hx_m_origin" ] || hx_my_as_before "$hx_m_origin"
      ;;
    esac
  fi
  if hx_my_wants connlimit; then hx_m_options="$hx_m_options WITH MAX_USER_CONNECTIONS $((HX_REPLY))"; fi
  if hx_my_wants locked; then
    case $HX_REPLY in yes) hx_m_options="$hx_m_options ACCOUNT LOCK" ;; *) hx_m_options="$hx_m_options ACCOUNT UNLOCK" ;; esac
  fi
  [ -n "$hx_m_options" ] || return 0
  case " $hx_m_before " in *' require=specified '*) hx_my_keep || return 1 ;; esac
  hx_my_add "ALTER USER $hx_m_account $hx_m_options"
}

# → hx_m_auth: the IDENTIFIED clause, '' where it stays as it is.
hx_my_authentication() {
  hx_m_auth=
  hx_m_plugin=
  if hx_my_wants plugin; then hx_m_plugin=$HX_REPLY; fi
  if ! hx_arg password; then
    [ -n "$hx_m_plugin" ] || return 0
    case $hx_m_plugin in *[!a-z0-9_]*) hx_fail "$hx_m_plugin is no plugin" || return 1 ;; esac
    [ "$hx_m_before" = type=absent ] || hx_my_keep || return 1
    hx_m_auth="IDENTIFIED WITH $hx_m_plugin"
    return 0
  fi
  case $HX_REPLY in
  sealed:other | sealed:equal)
    hx_my_origin
    if [ -f "$hx_m_origin" ] && [ "$hx_m_before" != type=absent ]; then hx_my_as_before "$hx_m_origin"; fi
    return 0
    ;;
  esac
  hx_blob "$HX_REPLY"
  hx_m_file=$HX_REPLY
  [ -f "$hx_m_file" ] || hx_fail "the password of $hx_m_name is not on this host" || return 1
  if [ -z "$hx_m_plugin" ] && hx_secret_mysql "$hx_m_id" && [ "$HX_REPLY" = "$(cat "$hx_m_file")" ]; then return 0; fi
  [ "$hx_m_before" = type=absent ] || hx_my_keep || return 1
  hx_my_literal "$(cat "$hx_m_file")"
  hx_m_auth="IDENTIFIED WITH mysql_native_password AS $HX_REPLY"
}

# hx_my_as_before FILE: the account that is there gets back all that SHOW CREATE USER had said.
hx_my_as_before() {
  hx_my_add "ALTER USER $hx_m_account REQUIRE NONE WITH MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 MAX_USER_CONNECTIONS 0 ACCOUNT UNLOCK"
  hx_m_words=$(cat "$1")
  hx_m_sql="${hx_m_sql}ALTER${hx_m_words#CREATE}$HX_NL"
}

# hx_my_again FILE: as FILE has it, with its grants where it had gone.
hx_my_again() {
  if [ "$hx_m_before" != type=absent ]; then
    hx_my_as_before "$1"
    return 0
  fi
  hx_m_sql="$hx_m_sql$(cat "$1" "$1.grants")$HX_NL"
}

hx_my_keep() {
  [ "$HX_UNDO" != yes ] || return 0
  hx_my_origin
  mkdir -p "$HX_STATE/blobs/inodes" || return 1
  hx_m_now=$(hx_put "$HX_MY_FIRST${HX_MY_QUIET}SHOW CREATE USER $hx_m_account; SHOW GRANTS FOR $hx_m_account;" | hx_my_client 2>&1) ||
    hx_fail "the server says: $(hx_say "$hx_m_now" | hx_my_said)" || return 1
  hx_pg_held mysql "$hx_m_id" password || hx_pg_held mysql "$hx_m_id" plugin || hx_my_write "$hx_m_origin" || return 1
  [ -z "$HX_TX" ] || hx_my_write "$HX_STATE/blobs/inodes/$HX_TX.$hx_m_n.account" || return 1
  hx_sync "$HX_STATE/blobs" "$HX_STATE/blobs/inodes"
}

# hx_my_write FILE: what hx_m_now says, as statements. The client writes one row a line, with marks for what would break it.
hx_my_write() {
  hx_say "$hx_m_now" | HX_A_FILE=$1 awk '
    {
      out = ""
      while (match($0, /\\[nt0\\]/)) {
        mark = substr($0, RSTART + 1, 1)
        out = out substr($0, 1, RSTART - 1) (mark == "n" ? "\n" : mark == "t" ? "\t" : mark == "0" ? "" : "\\")
        $0 = substr($0, RSTART + 2)
      }
      out = out $0 ";"
      if (NR == 1) print out > ENVIRON["HX_A_FILE"]; else print out
    }' >"$1.grants"
}

hx_my_origin() {
  hx_m_origin=$(hx_put "$hx_m_id" | sha256sum)
  hx_m_origin=$HX_STATE/blobs/sealed:origin@mysql-${hx_m_origin%% *}
}
