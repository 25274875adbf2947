import { nameTable } from './table.ts'

/** Network: tools, names, addresses, time, shared files. */
export const network = nameTable(
  'packages',
  `
name                                | debian =bookworm  | rhel                     | arch                    | alpine                 | suse
arping                              | iputils-arping    | iputils                  | iputils                 | iputils-arping         | iputils
avahi                               | avahi-daemon      | avahi                    | avahi                   | avahi                  | avahi
avahi-tools                         | avahi-utils       | avahi-tools              | avahi                   | avahi-tools            | avahi-utils
bind, bind9, named                  | bind9             | bind                     | bind =archiso           | bind                   | bind =factory
bind-utils, dig, dnsutils           | bind9-dnsutils    | bind-utils               | bind =archiso           | bind-tools             | bind-utils
bird                                | bird2             | bird                     | bird                    | bird                   | bird
conntrack, conntrack-tools          | conntrack         | conntrack-tools          | conntrack-tools         | conntrack-tools        | conntrack-tools
dhclient, dhcp-client               | isc-dhcp-client   | dhcp-client              | dhclient =archiso       | dhclient               | dhcp-client
dhcpd, dhcp-server, isc-dhcp-server | isc-dhcp-server   | dhcp-server              | dhcp                    | dhcp                   | dhcp-server =factory
ip, iproute, iproute2               | iproute2          | iproute                  | iproute2                | iproute2               | iproute2 =factory
iperf3                              | iperf3            | iperf3                   | iperf3                  | iperf3                 | iperf =factory
mtr                                 | mtr-tiny          | mtr                      | mtr                     | mtr                    | mtr
netcat, nc                          | netcat-openbsd    | nmap-ncat                | openbsd-netcat =archweb | netcat-openbsd         | netcat-openbsd
networkmanager, network-manager     | network-manager   | NetworkManager           | networkmanager          | networkmanager         | NetworkManager
nfs-client, nfs-utils, nfs-common   | nfs-common        | nfs-utils                | nfs-utils =archiso      | nfs-utils              | nfs-client
nfs-server                          | nfs-kernel-server | nfs-utils                | nfs-utils =archiso      | nfs-utils              | nfs-kernel-server =factory
ntp                                 | ntpsec            | ntpsec                   | ntp                     | ntpsec =aports         | ntp =factory
ping, iputils                       | iputils-ping      | iputils                  | iputils                 | iputils                | iputils
rsync-daemon                        | rsync             | rsync-daemon             | rsync                   | rsync                  | rsync
samba-client, smbclient             | smbclient         | samba-client             | smbclient               | samba-client           | samba-client =factory
snmp-tools                          | snmp              | net-snmp-utils           | net-snmp =archweb       | net-snmp-tools         | net-snmp =factory
snmpd, net-snmp                     | snmpd             | net-snmp                 | net-snmp =archweb       | net-snmp               | net-snmp =factory
ssh, ssh-client, openssh-client     | openssh-client    | openssh-clients =openela | openssh =archweb        | openssh-client-default | openssh-clients
sshd, ssh-server, openssh-server    | openssh-server    | openssh-server =openela  | openssh =archweb        | openssh-server         | openssh-server
telnet                              | inetutils-telnet  | telnet                   | inetutils               | busybox-extras         | telnet
tftp                                | tftp-hpa          | tftp                     | tftp-hpa                | tftp-hpa =aports       | tftp =factory
tftp-server                         | tftpd-hpa         | tftp-server              | tftp-hpa                | tftp-hpa =aports       | tftp =factory
time-sync                           | systemd-timesyncd | chrony                   | systemd =archweb        | chrony                 | chrony
tshark, wireshark-cli               | tshark            | wireshark-cli            | wireshark-cli           | tshark                 | wireshark =factory
winbind                             | winbind           | samba-winbind            | samba                   | samba-winbind          | samba-winbind =factory
wireguard                           | wireguard-tools   | wireguard-tools          | wireguard-tools         | wireguard-tools        | wireguard-tools
wpa_supplicant, wpasupplicant       | wpasupplicant     | wpa_supplicant           | wpa_supplicant =archiso | wpa_supplicant         | wpa_supplicant
`,
)
