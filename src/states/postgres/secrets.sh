# shellcheck disable=SC2154,SC2034,SC2015 # variables of the other parts; every A && B || C is meant
# Kind `postgres`, verifiers of passwords: the one that a step brings, and those that were there, for the ways back. Earlier ones
# lie in blobs, readable for root alone, never in the journal.

# hx_pg_verifier → hx_p_verifier: what follows PASSWORD in SQL, '' where it stays as it is.
hx_pg_verifier() {
  hx_p_verifier=
  hx_p_file=$HX_STATE/blobs/inodes/$HX_TX.$hx_p_n.verifier
  if [ "$HX_UNDO" = yes ] && [ -f "$hx_p_file" ]; then
    hx_pg_verifier_of "$hx_p_file"
    return
  fi
  if hx_arg password; then hx_p_file=$HX_REPLY; elif hx_arg members && [ "$hx_p_before" = type=absent ]; then
    # A state that was captured names its members; a declaration does not.
    hx_p_file=sealed:other
  else return 0; fi
  case $hx_p_file in
  sealed:other | sealed:equal)
    hx_pg_origin
    [ -f "$hx_p_origin" ] || return 0
    hx_pg_verifier_of "$hx_p_origin"
    return 0
    ;;
  esac
  hx_blob "$hx_p_file"
  hx_p_file=$HX_REPLY
  [ -f "$hx_p_file" ] || hx_fail "the password of $hx_p_name is not on this host" || return 1
  if hx_secret_postgres "$hx_p_id" && [ "$HX_REPLY" = "$(cat "$hx_p_file")" ]; then return 0; fi
  [ "$hx_p_before" = type=absent ] || hx_pg_keep || return 1
  hx_pg_verifier_of "$hx_p_file"
}

hx_pg_verifier_of() {
  if [ -s "$1" ]; then
    hx_pg_literal "$(cat "$1")"
    hx_p_verifier=$HX_REPLY
  else hx_p_verifier=NULL; fi
}

# The verifier as it is now: for the way back of this transaction, and for the origin where it is that. An empty file is none.
hx_pg_keep() {
  [ "$HX_UNDO" != yes ] || return 0
  hx_secret_postgres "$hx_p_id" || HX_REPLY=
  hx_p_now=$HX_REPLY
  mkdir -p "$HX_STATE/blobs/inodes" || return 1
  hx_pg_origin
  hx_pg_held postgres "$hx_p_id" password || hx_put "$hx_p_now" >"$hx_p_origin" || return 1
  [ -z "$HX_TX" ] || hx_put "$hx_p_now" >"$HX_STATE/blobs/inodes/$HX_TX.$hx_p_n.verifier" || return 1
  hx_sync "$HX_STATE/blobs" "$HX_STATE/blobs/inodes"
}

# hx_pg_held KIND IDENTITY ASPECT: a ledger says that this aspect was set by Hexis: what is there now is not what was before.
hx_pg_held() {
  hx_decode "$2" && hx_encode "$1:$HX_REPLY" || return 1
  cat "$HX_STATE"/sites/*/ledger 2>/dev/null | HX_A_KEY=$HX_REPLY HX_A_ASPECT=" $3=" awk -F "$HX_TAB" '
    $1 == ENVIRON["HX_A_KEY"] && index(" " $7, ENVIRON["HX_A_ASPECT"]) { held = 1 }
    END { exit !held }'
}

hx_pg_origin() {
  hx_p_origin=$(hx_put "$hx_p_id" | sha256sum)
  hx_p_origin=$HX_STATE/blobs/sealed:origin@postgres-${hx_p_origin%% *}
}
