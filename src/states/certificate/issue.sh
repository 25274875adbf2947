# shellcheck disable=SC2154,SC2015 # variables of the other parts; every A && B || C is meant
# Kind `certificate`, the part that changes: makes a pair, keeps the one before, brings one back.

hx_apply_certificate() {
  # shellcheck disable=SC2034 # the verb is always CERTIFICATE
  while IFS=$HX_TAB read -r hx_x_n hx_x_verb hx_x_id hx_x_was hx_x_args <&8; do
    hx_certificate_place "$hx_x_id" || hx_fail 'CERTIFICATE names no two paths' || return 1
    (umask 077 && hx_certificate_one) || return 1
    hx_done "$hx_x_n"
  done 8<"$1"
}

# hx_certificate_leftovers: standard input holds `NUMBER<TAB>IDENTITY`; removes what a killed run left half made.
hx_certificate_leftovers() {
  # shellcheck disable=SC2034 # the number does not matter
  while IFS=$HX_TAB read -r hx_x_n hx_x_id; do
    hx_certificate_place "$hx_x_id" || continue
    rm -f "$hx_x_crt.hexis-new" "$hx_x_key.hexis-new"
    rm -rf "$hx_x_dir/new"
  done
}

hx_certificate_one() {
  hx_args "$hx_x_args"
  hx_arg type present || :
  hx_x_type=$HX_REPLY
  hx_arg print '?' || :
  hx_x_wanted=$HX_REPLY
  HX_REPLY=type=absent
  if [ -e "$hx_x_crt" ] || [ -e "$hx_x_key" ]; then hx_certificate_state; fi
  hx_x_now=$HX_REPLY
  hx_args "$hx_x_now"
  hx_arg print none || :
  hx_x_print=$HX_REPLY
  hx_x_kept=$HX_REPLY
  # What does not belong together never takes the place of a pair that is kept.
  hx_arg pair no || :
  [ "$HX_REPLY" = yes ] || hx_x_kept=$hx_x_kept-parts
  if [ "$hx_x_type" = absent ]; then
    hx_certificate_keep && rm -f "$hx_x_crt" "$hx_x_key" "$hx_x_dir/record" || hx_fail 'the pair could not be taken away'
    return
  fi
  hx_x_from=$hx_x_dir/kept/$hx_x_wanted
  [ -d "$hx_x_from" ] || hx_x_from=$hx_x_from-parts
  if [ "$hx_x_wanted" != '?' ] && [ -d "$hx_x_from" ]; then
    hx_certificate_is_back || hx_certificate_back || return 1
  elif [ "$hx_x_wanted" != '?' ] && [ "$hx_x_wanted" != "$hx_x_print" ]; then
    hx_fail 'the earlier certificate is kept no more'
    return 1
  elif ! hx_certificate_holds; then hx_certificate_issue || return 1; fi
  hx_certificate_own && hx_certificate_note
}

# Is what is there what the step wants, as far as only a new pair would bring it?
hx_certificate_holds() {
  for hx_x_name in type names key issuer days authority due pair; do
    hx_args "$hx_x_args"
    hx_arg $hx_x_name || continue
    hx_x_value=$HX_REPLY
    hx_args "$hx_x_now"
    hx_arg $hx_x_name none || :
    [ "$HX_REPLY" = "$hx_x_value" ] || [ "$HX_REPLY" = '?' ] || return 1
  done
  # A record of another issuer, or of another window, may judge otherwise.
  hx_args "$hx_x_args"
  ! hx_arg before || [ ! -f "$hx_x_crt" ] || case $HX_REPLY in
  *[!0-9]* | '') ;;
  *) openssl x509 -in "$hx_x_crt" -noout -checkend $((HX_REPLY * 86400)) </dev/null >/dev/null 2>&1 ;;
  esac
}

# What is there gets a second name, or a copy, before anything else does.
hx_certificate_keep() {
  [ -e "$hx_x_crt" ] || [ -e "$hx_x_key" ] || {
    mkdir -p "$hx_x_dir"
    return
  }
  hx_x_at=$hx_x_dir/kept/$hx_x_kept
  mkdir -p "$hx_x_at" || return 1
  [ -f "$hx_x_dir/record" ] || [ -f "$hx_x_dir/origin" ] || hx_say "$hx_x_kept" >"$hx_x_dir/origin"
  for hx_x_part in crt key; do
    hx_x_file=$hx_x_crt
    [ $hx_x_part = crt ] || hx_x_file=$hx_x_key
    [ -f "$hx_x_file" ] || continue
    cp -p "$hx_x_file" "$hx_x_at/$hx_x_part.new" && mv -f "$hx_x_at/$hx_x_part.new" "$hx_x_at/$hx_x_part" || return 1
  done
  hx_certificate_prune
  hx_sync "$hx_x_at" "$hx_x_dir"
}

# The pair of before Hexis stays, and the one that was in use until now.
hx_certificate_prune() {
  hx_x_first=
  [ ! -f "$hx_x_dir/origin" ] || IFS= read -r hx_x_first <"$hx_x_dir/origin"
  for hx_x_old in "$hx_x_dir"/kept/*; do
    case ${hx_x_old##*/} in
    "$hx_x_kept" | "$hx_x_print" | "$hx_x_first" | "$hx_x_wanted" | "$hx_x_wanted-parts" | '*') ;;
    *) rm -rf "$hx_x_old" ;;
    esac
  done
}

# Is what is wanted back there already, its key as well?
hx_certificate_is_back() {
  for hx_x_part in crt key; do
    hx_x_file=$hx_x_crt
    [ $hx_x_part = crt ] || hx_x_file=$hx_x_key
    if [ -f "$hx_x_from/$hx_x_part" ]; then cmp -s "$hx_x_from/$hx_x_part" "$hx_x_file"; else [ ! -e "$hx_x_file" ]; fi ||
      return 1
  done
}

hx_certificate_back() {
  hx_certificate_keep || return 1
  for hx_x_part in key crt; do
    hx_x_to=$hx_x_crt
    [ $hx_x_part = crt ] || hx_x_to=$hx_x_key
    if [ -f "$hx_x_from/$hx_x_part" ]; then
      cp -p "$hx_x_from/$hx_x_part" "$hx_x_to.hexis-new" && hx_sync "$hx_x_to.hexis-new" &&
        mv -f "$hx_x_to.hexis-new" "$hx_x_to"
    else rm -f "$hx_x_to"; fi || hx_fail 'the earlier pair could not be put back' || return 1
  done
}

hx_certificate_issue() {
  command -v openssl >/dev/null 2>&1 || hx_fail 'this host has no openssl: declare its package before' || return 1
  hx_certificate_keep || hx_fail 'the earlier pair could not be kept' || return 1
  hx_x_new=$hx_x_dir/new
  rm -rf "$hx_x_new"
  mkdir -p "$hx_x_new" || return 1
  hx_args "$hx_x_args"
  hx_certificate_config >"$hx_x_new/config" || return 1
  hx_certificate_key && hx_certificate_sign || {
    rm -rf "$hx_x_new"
    return 1
  }
  cp "$hx_x_new/key" "$hx_x_key.hexis-new" && cp "$hx_x_new/crt" "$hx_x_crt.hexis-new" &&
    hx_certificate_attributes "$hx_x_crt.hexis-new" "$hx_x_key.hexis-new" &&
    hx_sync "$hx_x_key.hexis-new" "$hx_x_crt.hexis-new" && mv -f "$hx_x_key.hexis-new" "$hx_x_key" &&
    mv -f "$hx_x_crt.hexis-new" "$hx_x_crt" || hx_fail 'the new pair could not take its place'
  hx_x_status=$?
  rm -rf "$hx_x_new" "$hx_x_key.hexis-new" "$hx_x_crt.hexis-new"
  return $hx_x_status
}

hx_certificate_config() {
  hx_arg names || hx_fail 'CERTIFICATE has no names' || return 1
  hx_x_names=$HX_REPLY
  hx_x_common=${hx_x_names%%,*}
  hx_x_common=${hx_x_common#*:}
  [ "${#hx_x_common}" -le 64 ] || hx_x_common=certificate
  hx_x_basic='critical,CA:FALSE'
  hx_x_usage='critical,digitalSignature,keyEncipherment'
  hx_arg authority no || :
  if [ "$HX_REPLY" = yes ]; then
    hx_x_basic='critical,CA:TRUE'
    hx_x_usage='critical,keyCertSign,cRLSign,digitalSignature'
  fi
  printf '%s\n' '[req]' 'prompt=no' 'distinguished_name=subject' '[subject]' "CN=$hx_x_common" '[v3]' \
    "basicConstraints=$hx_x_basic" "keyUsage=$hx_x_usage" "subjectAltName=$hx_x_names" 'subjectKeyIdentifier=hash'
  [ "$HX_REPLY" = yes ] || hx_say 'extendedKeyUsage=serverAuth,clientAuth'
}

hx_certificate_key() {
  hx_arg key ec-p256 || :
  case $HX_REPLY in
  ed25519) set -- -algorithm ED25519 ;;
  ec-p*) set -- -algorithm EC -pkeyopt "ec_paramgen_curve:P-${HX_REPLY#ec-p}" -pkeyopt ec_param_enc:named_curve ;;
  rsa-*) set -- -algorithm RSA -pkeyopt "rsa_keygen_bits:${HX_REPLY#rsa-}" ;;
  *) hx_fail "$HX_REPLY is no sort of key" || return 1 ;;
  esac
  hx_x_said=$(openssl genpkey "$@" -out "$hx_x_new/key" </dev/null 2>&1) || hx_fail "openssl made no key: $hx_x_said"
}

# A CA signs here, where its key lies; serial numbers are random, so that nobody has to count.
hx_certificate_sign() {
  hx_arg days 365 || :
  hx_x_days=$HX_REPLY
  hx_arg issuer self || :
  hx_x_issuer=$HX_REPLY
  hx_arg cakey '' || :
  hx_x_cakey=$HX_ROOT$HX_REPLY
  hx_x_serial=0x4$(openssl rand -hex 16 2>/dev/null | cut -c 2-) || return 1
  if [ "$hx_x_issuer" = self ]; then
    hx_x_said=$(openssl req -new -x509 -sha256 -config "$hx_x_new/config" -extensions v3 -key "$hx_x_new/key" \
      -days "$hx_x_days" -set_serial "$hx_x_serial" -out "$hx_x_new/crt" </dev/null 2>&1)
  else
    for hx_x_part in "$HX_ROOT$hx_x_issuer" "$hx_x_cakey"; do
      [ -f "$hx_x_part" ] || hx_fail "the certificate authority is not there: $hx_x_part" || return 1
    done
    hx_x_said=$({
      openssl req -new -sha256 -config "$hx_x_new/config" -key "$hx_x_new/key" -out "$hx_x_new/csr" &&
        openssl x509 -req -sha256 -in "$hx_x_new/csr" -CA "$HX_ROOT$hx_x_issuer" -CAkey "$hx_x_cakey" -passin pass: \
          -set_serial "$hx_x_serial" -days "$hx_x_days" -extfile "$hx_x_new/config" -extensions v3 -out "$hx_x_new/crt"
    } </dev/null 2>&1)
  fi || hx_fail "openssl made no certificate: $hx_x_said"
}

# hx_certificate_attributes CERTIFICATE KEY: owner, group and mode as the step has them.
hx_certificate_attributes() {
  chmod 0644 "$1" || return 1
  hx_args "$hx_x_args"
  hx_arg owner '' || :
  hx_x_owned=$HX_REPLY
  hx_arg group '' || :
  case $hx_x_owned:$HX_REPLY in
  : | *\?* | *other*) ;;
  *) [ "$HX_OWNERS" != yes ] || chown -- "$hx_x_owned:$HX_REPLY" "$1" "$2" || return 1 ;;
  esac
  hx_arg keymode 0600 || :
  [ "$HX_REPLY" = '?' ] || chmod "$HX_REPLY" "$2"
}

hx_certificate_own() {
  [ -f "$hx_x_crt" ] && [ -f "$hx_x_key" ] || return 0
  # What came back has its own modes.
  [ "$hx_x_wanted" = '?' ] || return 0
  hx_certificate_attributes "$hx_x_crt" "$hx_x_key"
}

# What the certificate itself does not tell: who signs it, and how long before its end it is renewed.
hx_certificate_note() {
  hx_args "$hx_x_args"
  hx_arg before none || :
  hx_x_before=$HX_REPLY
  hx_arg issuer '?' || :
  case $hx_x_before in
  '' | *[!0-9]*) rm -f "$hx_x_dir/record" ;;
  *)
    hx_encode "$HX_REPLY"
    mkdir -p "$hx_x_dir" && hx_say "before=$hx_x_before issuer=$HX_REPLY" >"$hx_x_dir/record.new" &&
      hx_sync "$hx_x_dir/record.new" && mv -f "$hx_x_dir/record.new" "$hx_x_dir/record"
    ;;
  esac
}
