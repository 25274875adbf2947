import { nameTable } from './table.ts'

/** Services; a name without a suffix is a service of the system's own manager. */
export const services = nameTable(
  'services',
  `
name                            | debian =debs      | rhel             | arch              | alpine            | suse
apache, httpd, apache2          | apache2           | httpd            | httpd             | apache2           | apache2 =factory
auditd, audit                   | auditd            | auditd           | auditd            | auditd            | auditd
avahi                           | avahi-daemon      | avahi-daemon     | avahi-daemon      | avahi-daemon      | avahi-daemon
bind, bind9                     | named             | named            | named             | named             | named
chrony, chronyd                 | chrony            | chronyd          | chronyd           | chronyd           | chronyd
clamd, clamav-daemon            | clamav-daemon     | clamd@scan       | clamav-daemon     | clamd             | clamd
cron, crond, cronie             | cron              | crond            | cronie            | cronie            | cron
dhcpd, isc-dhcp-server          | isc-dhcp-server   | dhcpd            | dhcpd4            | dhcpd             | dhcpd
docker                          | docker            | podman.socket    | docker            | docker            | docker
exim                            | exim4             | exim             | exim              | exim              | exim
freshclam                       | clamav-freshclam  | clamav-freshclam | clamav-freshclam  | freshclam         | freshclam
kdc, krb5-server                | krb5-kdc          | krb5kdc          | krb5-kdc          | krb5kdc           | krb5kdc
ldap, openldap                  | slapd             | slapd            | slapd             | slapd             | slapd
libvirt                         | libvirtd          | libvirtd         | libvirtd          | libvirtd          | libvirtd
mysql, mysqld                   | mariadb           | mysqld           | mariadb           | mariadb           | mariadb
network, networking             | networking        | NetworkManager   | systemd-networkd  | networking        | NetworkManager
networkmanager, network-manager | NetworkManager    | NetworkManager   | NetworkManager    | networkmanager    | NetworkManager
nfs-server                      | nfs-server        | nfs-server       | nfs-server        | nfs               | nfs-server
ntp, ntpd                       | ntpsec            | ntpd             | ntpd              | ntpd              | ntpd
php-fpm                         | php8.2-fpm        | php-fpm =openela | php-fpm           | php-fpm84 =aports | php-fpm
postgres                        | postgresql        | postgresql       | postgresql        | postgresql        | postgresql
redis                           | redis-server      | redis            | valkey            | redis             | redis@default
samba, smb, smbd                | smbd              | smb              | smb               | samba             | smb
snmp                            | snmpd             | snmpd            | snmpd             | snmpd             | snmpd
ssh, sshd                       | ssh               | sshd =openela    | sshd              | sshd              | sshd
stunnel                         | stunnel4          | stunnel          | stunnel           | stunnel           | stunnel
syslog                          | rsyslog           | rsyslog          | rsyslog           | rsyslog           | rsyslog
tftp-server                     | tftpd-hpa         | tftp.socket      | tftpd             | in.tftpd          | tftp.socket
time-sync                       | systemd-timesyncd | chronyd          | systemd-timesyncd | chronyd           | chronyd
`,
)
