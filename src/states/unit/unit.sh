# Kind `unit` (systemd). One `systemctl show` for all units; the enablement
# links are read from the disk, `LINK:TARGET` below /etc/systemd/system, so that exactly that set comes back.
# Where systemd does not run (chroot), units are enabled and not started, and `active` is unknown.

HX_UNIT_DIR=/etc/systemd/system

hx_unit_running() { [ -d /run/systemd/system ]; }

# Every symbolic link below /etc/systemd/system, `PATH -> TARGET`.
hx_unit_links() {
  set --
  for hx_m_file in "$HX_UNIT_DIR"/* "$HX_UNIT_DIR"/*.wants/* "$HX_UNIT_DIR"/*.requires/* "$HX_UNIT_DIR"/*.upholds/*; do
    [ ! -L "$hx_m_file" ] || set -- "$@" "$hx_m_file"
  done
  [ $# -eq 0 ] || QUOTING_STYLE=literal stat -c %N -- "$@"
}

# hx_unit_show PROPERTIES UNIT…: blocks, one a unit. Names that systemd refuses are no reason to fail.
hx_unit_show() {
  hx_m_properties=$1
  shift
  systemctl show --no-pager -p "$hx_m_properties" -- "$@" 2>/dev/null || :
}

hx_systemd_observe() {
  hx_m_ids=$(cat)
  [ -n "$hx_m_ids" ] || return 0
  {
    hx_say "$hx_m_ids"
    hx_say "${HX_TAB}links"
    hx_unit_links
    hx_say "${HX_TAB}init"
    for hx_m_file in /etc/rc[2-5].d/S[0-9][0-9]*; do hx_say "${hx_m_file##*/S??}"; done
    if hx_unit_running; then
      hx_say "${HX_TAB}show"
      set -f
      # shellcheck disable=SC2086 # unit names hold no blanks
      hx_unit_show Id,Names,LoadState,ActiveState,SubState,UnitFileState $hx_m_ids
      set +f
    else
      hx_say "${HX_TAB}files"
      ls -1 "$HX_UNIT_DIR" /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system \
        /lib/systemd/system 2>/dev/null || :
      for hx_m_file in /etc/init.d/*; do hx_say "${hx_m_file##*/}.service"; done
    fi
  } | awk '
    function base(path) { sub(/.*\//, "", path); return path }
    function flush(  i, n, name) {
      n = split(block["Names"] == "" ? block["Id"] : block["Names"], name, " ")
      for (i = 1; i <= n; i++) {
        load[name[i]] = block["LoadState"]; file[name[i]] = block["UnitFileState"]
        active[name[i]] = (block["ActiveState"] ~ /^(active|reloading)$/ || \
          (block["ActiveState"] == "activating" && block["SubState"] != "auto-restart")) ? "yes" : "no"
      }
      split("", block)
    }
    function sorted(text,  name, n, i, j, held) {
      n = split(text, name, "\n")
      for (i = 2; i <= n; i++) {
        held = name[i]
        for (j = i - 1; j > 0 && name[j] > held; j--) name[j + 1] = name[j]
        name[j + 1] = held
      }
      text = ""
      for (i = 1; i <= n; i++) if (name[i] != "") text = text (text == "" ? "" : ",") name[i]
      return text == "" ? "\"\"" : text
    }
    /^\t/ { part = substr($0, 2); next }
    part == "" { ids[++n] = $0; next }
    part == "links" {
      at = index($0, " -> "); link = substr($0, 1, at - 1); target = substr($0, at + 4)
      sub(/^\/etc\/systemd\/system\//, "", link)
      text = link ":" target; gsub(/%/, "%25", text); gsub(/,/, "%2C", text); gsub(/ /, "%20", text); gsub(/=/, "%3D", text)
      if (link ~ /\//) links[base(link)] = links[base(link)] "\n" text
      else if (target == "/dev/null") masked[link] = 1
      else links[base(target)] = links[base(target)] "\n" text
      next
    }
    part == "init" { init[$0 ".service"] = 1; next }
    part == "files" { there[$0] = 1; next }
    $0 == "" { flush(); next }
    { at = index($0, "="); block[substr($0, 1, at - 1)] = substr($0, at + 1) }
    END {
      if (part == "show") flush()
      for (i = 1; i <= n; i++) {
        id = ids[i]; template = id; sub(/@.*\./, "@.", template)
        if (part == "show" && (id in load)) {
          present = load[id] != "not-found"; running = active[id]; hidden = load[id] == "masked" || (id in masked)
          generated = file[id] == "generated"
        } else {
          present = (id in there) || (template in there); running = part == "show" ? "no" : "?"; hidden = id in masked
          generated = !(id in links)
        }
        if (!present && !hidden) { print id "\ttype=absent"; continue }
        enabled = (id in links) || (generated && (id in init))
        print id "\tactive=" running " enabled=" (enabled ? "yes" : "no") " links=" sorted(links[id]) \
          " masked=" (hidden ? "yes" : "no") " type=present"
      }
    }'
}

hx_systemd_apply() {
  command -v systemctl >/dev/null 2>&1 || hx_fail 'this host has no systemctl' || return 1
  hx_unit_read "$1" unit || return 1
  hx_unit_reload_files
  hx_unit_ctl unmask "$hx_m_unmask" && hx_unit_links_back "$1" && hx_unit_ctl enable "$hx_m_enable" &&
    hx_unit_ctl disable "$hx_m_disable" || return 1
  if hx_unit_running; then
    [ -z "$hx_m_unmask$hx_m_linked" ] || systemctl daemon-reload || return 1
    hx_unit_listening && hx_unit_ctl stop "$hx_m_stop" && hx_unit_start || return 1
  fi
  hx_unit_ctl mask "$hx_m_mask" || return 1
  for hx_m_n in $hx_m_numbers; do hx_done "$hx_m_n"; done
}

# hx_unit_read FILE WORD: what these lines want, as lists of units; WORD is what people call one.
hx_unit_read() {
  hx_m_numbers=
  hx_m_unmask=
  hx_m_mask=
  hx_m_enable=
  hx_m_disable=
  hx_m_stop=
  hx_m_start=
  hx_m_all=
  hx_m_linked=
  # shellcheck disable=SC2034 # the verb is always UNIT
  while IFS=$HX_TAB read -r hx_m_n hx_m_verb hx_m_id hx_m_before hx_m_args <&8; do
    case $hx_m_id in
    -* | '' | *[!A-Za-z0-9:_.\\@-]*)
      hx_fail "$hx_m_id is no name for a $2"
      return 1
      ;;
    esac
    hx_args "$hx_m_args"
    hx_unit_sort || return 1
  done 8<"$1"
}

# Which of the lists does this line belong to?
hx_unit_sort() {
  hx_m_numbers="$hx_m_numbers $hx_m_n"
  hx_m_all="$hx_m_all $hx_m_id"
  # A unit that is gone has nothing to stop or disable any more.
  if hx_arg type && [ "$HX_REPLY" = absent ]; then return 0; fi
  if hx_unit_wants masked; then
    if [ "$HX_REPLY" = yes ]; then hx_m_mask="$hx_m_mask $hx_m_id"; else hx_m_unmask="$hx_m_unmask $hx_m_id"; fi
  fi
  if hx_arg links; then
    hx_unit_wants links && hx_m_linked=yes
  elif hx_unit_wants enabled; then
    if [ "$HX_REPLY" = yes ]; then hx_m_enable="$hx_m_enable $hx_m_id"; else hx_m_disable="$hx_m_disable $hx_m_id"; fi
  fi
  if hx_unit_wants active; then
    case $HX_REPLY in
    yes) hx_m_start="$hx_m_start $hx_m_id" ;;
    no) hx_m_stop="$hx_m_stop $hx_m_id" ;;
    esac
  fi
  return 0
}

hx_unit_wants() {
  hx_arg "$1" || return 1
  hx_m_raw=${HX_ARGS#*" $1="}
  case " $hx_m_before " in *" $1=${hx_m_raw%% *} "*) return 1 ;; esac
}

# hx_unit_ctl COMMAND UNITS: one call for all of them.
hx_unit_ctl() {
  [ -n "$2" ] || return 0
  set -f
  # shellcheck disable=SC2086 # unit names hold no blanks
  hx_m_out=$(umask 022 && systemctl --no-ask-password "$1" -- $2 2>&1 </dev/null)
  hx_m_status=$?
  set +f
  case $1,$hx_m_out in
  enable,*'no installation config'*)
    hx_fail "systemctl enable$2: a unit without [Install] section cannot be enabled"
    return
    ;;
  esac
  [ $hx_m_status -eq 0 ] && return 0
  hx_say "$hx_m_out" | tail -n 10 >&2
  hx_fail "systemctl $1$2 failed"
}

# The exact set of enablement links of every line that names it.
hx_unit_links_back() {
  [ -n "$hx_m_linked" ] || return 0
  # shellcheck disable=SC2034 # the verb is always UNIT
  while IFS=$HX_TAB read -r hx_m_n hx_m_verb hx_m_id hx_m_before hx_m_args <&8; do
    hx_args "$hx_m_args"
    hx_unit_wants links || continue
    hx_m_want=,$HX_REPLY,
    hx_args "$hx_m_before"
    hx_arg links || :
    hx_m_have=,$HX_REPLY,
    hx_unit_links_each "$hx_m_have" "$hx_m_want" drop && hx_unit_links_each "$hx_m_want" "$hx_m_have" make || return 1
  done 8<"$1"
}

# hx_unit_links_each LIST OTHER ACTION: for every link of LIST that OTHER has not.
hx_unit_links_each() {
  hx_m_rest=${1#,}
  while [ -n "$hx_m_rest" ]; do
    hx_m_link=${hx_m_rest%%,*}
    hx_m_rest=${hx_m_rest#*,}
    [ -n "$hx_m_link" ] || continue
    case $2 in *",$hx_m_link,"*) continue ;; esac
    hx_decode "$hx_m_link"
    hx_m_file=$HX_UNIT_DIR/${HX_REPLY%%:*}
    hx_m_target=${HX_REPLY#*:}
    case $hx_m_file in *..*) hx_fail "$hx_m_file leads out of $HX_UNIT_DIR" || return 1 ;; esac
    if [ "$3" = drop ]; then
      [ ! -L "$hx_m_file" ] || rm -f -- "$hx_m_file" || return 1
      case ${hx_m_file%/*} in *.wants | *.requires | *.upholds) rmdir -- "${hx_m_file%/*}" 2>/dev/null || : ;; esac
    else
      (umask 022 && mkdir -p -- "${hx_m_file%/*}") && ln -sfn -- "$hx_m_target" "$hx_m_file" || return 1
    fi
  done
}
