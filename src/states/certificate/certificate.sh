# shellcheck disable=SC2154,SC2015 # variables of the other parts; every A && B || C is meant
# Kind `certificate`: a certificate and its private key, by both paths: CERTIFICATE:KEY. The key is made on the host, and
# never leaves it. Both are replaced as one; the pair that was there is kept under the fingerprint of its certificate.
#
# Aspects: type; names (DNS:…, IP:…), key (sort), issuer (self, the path of a certificate, other), days (whole validity),
# authority (yes/no), due (yes/no: is it time to renew it), pair (yes/no: do they belong together), print, before (days),
# owner, group, keymode. What a certificate does not tell is in `certificates/HASH/record`.

hx_observe_certificate() {
  while IFS= read -r hx_x_id; do
    if ! hx_certificate_place "$hx_x_id"; then HX_REPLY=type=absent; elif [ -e "$hx_x_crt" ] || [ -e "$hx_x_key" ]; then
      hx_certificate_state
    else HX_REPLY=type=absent; fi
    hx_say "$hx_x_id$HX_TAB$HX_REPLY"
  done
}

# hx_certificate_place ID → hx_x_crt, hx_x_key, hx_x_dir
hx_certificate_place() {
  hx_decode "$1" || return 1
  case $HX_REPLY in /*:/*:*) return 1 ;; /*:/*) ;; *) return 1 ;; esac
  hx_x_crt=$HX_ROOT${HX_REPLY%:*}
  hx_x_key=$HX_ROOT${HX_REPLY#*:}
  hx_x_dir=$(hx_say "$HX_REPLY" | sha256sum)
  hx_x_dir=$HX_STATE/certificates/${hx_x_dir%% *}
}

# → HX_REPLY: the state text of the pair at hx_x_crt and hx_x_key.
hx_certificate_state() {
  hx_x_record=
  [ ! -f "$hx_x_dir/record" ] || IFS= read -r hx_x_record <"$hx_x_dir/record"
  hx_args "$hx_x_record"
  hx_arg before none || :
  hx_x_before=$HX_REPLY
  hx_arg issuer '?' || :
  hx_x_issuer=$HX_REPLY
  hx_x_told='authority=? days=? due=? issuer=? key=? names=? pair=no print=none'
  if ! command -v openssl >/dev/null 2>&1; then
    hx_x_told='authority=? days=? due=? issuer=? key=? names=? pair=? print=?'
  elif [ -f "$hx_x_crt" ]; then hx_certificate_told; fi
  set -- "$(stat -L -c '%U %G' -- "$hx_x_crt" 2>/dev/null)" "$(stat -L -c '%U %G 0%a' -- "$hx_x_key" 2>/dev/null)"
  # Where the two differ, neither is as it was set.
  hx_x_owned="${2:-? ? ?}"
  [ -z "$1" ] || [ -z "$2" ] || [ "$1" = "${2% *}" ] || hx_x_owned="other other ${2##* }"
  # shellcheck disable=SC2086 # three words
  set -- $hx_x_owned
  HX_REPLY=$(hx_say "before=$hx_x_before $hx_x_told group=$2 keymode=$3 owner=$1 type=present" | tr ' ' '\n' | LC_ALL=C sort |
    tr '\n' ' ')
  HX_REPLY=${HX_REPLY% }
}

# → hx_x_told: what the certificate says of itself.
hx_certificate_told() {
  hx_x_seconds=2592000
  case $hx_x_before in *[!0-9]* | '') ;; *) hx_x_seconds=$((hx_x_before * 86400)) ;; esac
  hx_x_said=$(openssl x509 -in "$hx_x_crt" -noout -startdate -enddate -fingerprint -sha256 -subject -issuer \
    -ext subjectAltName,basicConstraints -pubkey -checkend "$hx_x_seconds" </dev/null 2>/dev/null)
  hx_x_public=$(hx_say "$hx_x_said" | sed -n '/^-----BEGIN PUBLIC/,/^-----END PUBLIC/p')
  [ -n "$hx_x_public" ] || return 0
  hx_x_pair=no
  [ ! -f "$hx_x_key" ] ||
    [ "$hx_x_public" != "$(openssl pkey -in "$hx_x_key" -passin pass: -pubout </dev/null 2>/dev/null)" ] || hx_x_pair=yes
  hx_x_sort=$(hx_say "$hx_x_public" | openssl pkey -pubin -noout -text 2>/dev/null | awk '
    /ED25519/ { print "ed25519"; exit }
    /Public-Key: \(/ { bits = $0; gsub(/[^0-9]/, "", bits) }
    /NIST CURVE: P-/ { print "ec-p" substr($NF, 3); exit }
    /Modulus/ { print "rsa-" bits; exit }')
  hx_x_told=$(hx_say "$hx_x_said" | hx_certificate_lines)
  # shellcheck disable=SC2086 # words, none of which is a pattern of a file here
  set -- $hx_x_told
  hx_certificate_issuer "$4"
  hx_x_names=$(hx_say "$3" | tr ',' '\n' | LC_ALL=C sort | tr '\n' ',')
  hx_encode "${hx_x_names%,}"
  hx_x_names=$HX_REPLY
  hx_encode "$hx_x_issuer"
  hx_x_told="authority=$1 days=$2 due=$5 issuer=$HX_REPLY key=${hx_x_sort:-other} names=$hx_x_names pair=$hx_x_pair print=$6"
}

# Standard input: what openssl says. Prints AUTHORITY DAYS NAMES SELF DUE PRINT.
hx_certificate_lines() {
  awk '
    function day(text,  part, month, year, m) {
      split(text, part, " ")
      month = (index("JanFebMarAprMayJunJulAugSepOctNovDec", part[1]) + 2) / 3
      year = part[4]; m = month
      if (m <= 2) { year--; m += 12 }
      return 365 * year + int(year / 4) - int(year / 100) + int(year / 400) + int((153 * (m - 3) + 2) / 5) + part[2]
    }
    /^notBefore=/ { from = day(substr($0, 11)) }
    /^notAfter=/ { to = day(substr($0, 10)) }
    /[Ff]ingerprint=/ { print_ = tolower(substr($0, index($0, "=") + 1)); gsub(/:/, "", print_) }
    /^subject=/ { subject = substr($0, 9) }
    /^issuer=/ { issuer = substr($0, 8) }
    /^Certificate will not expire/ { due = "no" }
    /^ +CA:TRUE/ { authority = "yes" }
    /^ +(DNS|IP Address):/ {
      n = split($0, part, /, */)
      for (i = 1; i <= n; i++) {
        sub(/^ +/, "", part[i]); sub(/ +$/, "", part[i]); sub(/^IP Address:/, "IP:", part[i])
        names = names (names == "" ? "" : ",") part[i]
      }
    }
    END {
      print (authority == "" ? "no" : authority), to - from, (names == "" ? "none" : names), (subject == issuer ? "self" : "other"), \
        (due == "" ? "yes" : due), (print_ == "" ? "none" : substr(print_, 1, 32))
    }'
}

# hx_certificate_issuer SELF|OTHER; hx_x_issuer, as the record has it → whether that holds: self, its path, or other.
hx_certificate_issuer() {
  case $hx_x_issuer in
  /*)
    openssl verify -partial_chain -no_check_time -no-CApath -CAfile "$HX_ROOT$hx_x_issuer" "$hx_x_crt" </dev/null \
      >/dev/null 2>&1 || hx_x_issuer=other
    ;;
  *) hx_x_issuer=$1 ;;
  esac
}
