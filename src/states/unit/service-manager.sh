# shellcheck disable=SC2154 # variables of the other parts
# Kind `unit`, whatever manages services: systemd (unit.sh), or scripts in /etc/init.d (scripts.sh) by OpenRC or sysvinit.

# → HX_UNITS: what runs here; where nothing does (chroot), what would: the first process that is installed says so.
hx_unit_manager() {
  HX_UNITS=none
  if hx_unit_running; then HX_UNITS=systemd; elif [ -e /run/openrc/softlevel ]; then HX_UNITS=openrc; else
    case $(readlink -f /sbin/init 2>/dev/null) in
    */systemd) HX_UNITS=systemd ;;
    *)
      if command -v rc-update >/dev/null 2>&1; then
        HX_UNITS=openrc
      elif [ -f /etc/inittab ] && [ -d /etc/init.d ] && command -v update-rc.d >/dev/null 2>&1; then
        HX_UNITS=sysvinit
      elif command -v systemctl >/dev/null 2>&1; then HX_UNITS=systemd; fi
      ;;
    esac
  fi
}

# True where services are scripts; HX_UNIT_DIR is then where their enablement links are.
hx_unit_by_scripts() {
  hx_unit_manager
  case $HX_UNITS in
  openrc)
    HX_UNIT_DIR=/etc/runlevels
    HX_UNITS_NAME=OpenRC
    ;;
  sysvinit)
    HX_UNIT_DIR=/etc
    HX_UNITS_NAME=sysvinit
    ;;
  *) return 1 ;;
  esac
}

hx_observe_unit() { if hx_unit_by_scripts; then hx_scripts_observe; else hx_systemd_observe; fi; }

hx_apply_unit() { if hx_unit_by_scripts; then hx_scripts_apply "$1"; else hx_systemd_apply "$1"; fi; }

hx_act_RELOAD() {
  if [ "$1" = systemd ]; then hx_unit_reread; elif hx_unit_by_scripts; then hx_scripts_act reload "$1"; else
    hx_unit_act reload-or-restart "$1"
  fi
}

hx_act_RESTART() { if hx_unit_by_scripts; then hx_scripts_act restart "$1"; else hx_unit_act restart "$1"; fi; }
