# shellcheck disable=SC2154 # variables of the other parts
# Unit files: what systemd says of one before it takes its place, and when it reads them again.

# The path kind leaves $HX_DIR/units behind when it is about to touch a unit file. systemd alone does not tell: a file that
# came back from before is older than what was read of it since, and counts as unchanged.
hx_unit_read_files() {
  systemctl daemon-reload && rm -f -- "${HX_DIR-}/units"
}

# New or changed files of these units (hx_m_all) are read once, before anything else is asked of them.
hx_unit_reload_files() {
  hx_unit_running || return 0
  if [ -e "${HX_DIR-}/units" ]; then
    hx_unit_read_files
    return
  fi
  set -f
  # shellcheck disable=SC2086 # unit names hold no blanks
  hx_m_out=$(hx_unit_show NeedDaemonReload,LoadState $hx_m_all)
  set +f
  case $hx_m_out in *NeedDaemonReload=yes* | *LoadState=not-found*) systemctl daemon-reload ;; esac
}

# `RELOAD systemd`: it reads its unit files again, unless it did so since they changed.
hx_unit_reread() {
  if ! hx_unit_running; then
    hx_note 'unit files are not read again: systemd does not run here'
    return 0
  fi
  if [ -e "${HX_DIR-}/units" ]; then
    hx_unit_read_files
    return
  fi
  case $(systemctl show --all --no-pager -p NeedDaemonReload -- '*' 2>/dev/null) in
  *NeedDaemonReload=yes*) systemctl daemon-reload ;;
  esac
}

# hx_unit_verify CANDIDATE PATH: `systemd-analyze verify` of a unit file or drop-in, under the name that it will have.
# Only what is wrong with the text itself counts: programs and units that are missing may come later.
hx_unit_verify() {
  command -v systemd-analyze >/dev/null 2>&1 || return 0
  hx_m_work=$(mktemp -d) || return 1
  hx_m_out=$(
    hx_unit_stage "$1" "$2" || exit 0
    systemd-analyze verify --man=no "$hx_m_work/$hx_m_unit" 2>&1 </dev/null |
      hx_m_dir=$hx_m_work hx_m_name=${hx_m_unit%%[.@]*} awk '
        BEGIN { dir = ENVIRON["hx_m_dir"] "/"; name = ENVIRON["hx_m_name"] }
        (at = index($0, dir)) == 1 || at == 2 { print substr($0, at + length(dir)); next }
        index($0, name) == 1 && /Refusing/ { print; next }
        /^Unit / && index($0, name) == 6 && /bad unit file setting|not load/ { print }'
  )
  rm -rf -- "$hx_m_work"
  [ -n "$hx_m_out" ] || return 0
  hx_fail "systemd refuses it:$HX_NL$hx_m_out"
}

# hx_unit_stage CANDIDATE PATH: lays it below hx_m_work; a drop-in beside a copy of its unit, if that is there yet.
hx_unit_stage() {
  hx_m_unit=${2##*/}
  case $2 in
  *.d/*.conf) ;;
  *)
    cp -- "$1" "$hx_m_work/$hx_m_unit"
    return
    ;;
  esac
  hx_m_part=$hx_m_unit
  hx_m_unit=${2%/*}
  hx_m_unit=${hx_m_unit##*/}
  hx_m_unit=${hx_m_unit%.d}
  case $hx_m_unit in *@*.*) hx_m_file=${hx_m_unit%%@*}@.${hx_m_unit##*.} ;; *) hx_m_file=$hx_m_unit ;; esac
  for hx_m_folder in "$HX_UNIT_DIR" /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system \
    /lib/systemd/system; do
    for hx_m_from in "$hx_m_folder/$hx_m_unit" "$hx_m_folder/$hx_m_file"; do
      [ -s "$hx_m_from" ] || continue
      cp -- "$hx_m_from" "$hx_m_work/$hx_m_unit" && mkdir "$hx_m_work/$hx_m_unit.d" &&
        cp -- "$1" "$hx_m_work/$hx_m_unit.d/$hx_m_part"
      return
    done
  done
  return 1
}
