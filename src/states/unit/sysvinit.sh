# shellcheck disable=SC2154 # variables of the other parts
# Services by sysvinit: links in /etc/rcN.d, kept by update-rc.d, which has insserv compute their numbers.

hx_sysvinit_running() { [ -p /run/initctl ] || [ -p /dev/initctl ]; }

hx_sysvinit_links() {
  for hx_m_file in /etc/rc[0-6S].d/[SK][0-9][0-9]*; do hx_scripts_link "${hx_m_file##*/[SK][0-9][0-9]}" "$hx_m_file"; done
}

hx_sysvinit_enable() { hx_scripts_call update-rc.d "$1" defaults && hx_scripts_call update-rc.d "$1" enable; }

# One of a package keeps links by which it is ended: then an upgrade does not enable it again.
hx_sysvinit_disable() {
  if grep -qsxF "/etc/init.d/$1" /var/lib/dpkg/info/*.conffiles; then hx_scripts_call update-rc.d "$1" disable; else
    hx_scripts_call update-rc.d -f "$1" remove
  fi
}

hx_sysvinit_ask() { hx_scripts_call "/etc/init.d/$1" "$2"; }

hx_sysvinit_gone() { return 1; }

# After links were put back: what starts beside what is computed again.
hx_sysvinit_linked() {
  ! command -v insserv >/dev/null 2>&1 || hx_scripts_call insserv || return 0
}
