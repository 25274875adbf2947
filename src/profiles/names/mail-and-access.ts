import { nameTable } from './table.ts'

/** Mail, keys, and who may do what. */
export const mailAndAccess = nameTable(
  'packages',
  `
name                     | debian =bookworm            | rhel                 | arch                        | alpine                | suse
audit, auditd            | auditd                      | audit                | audit                       | audit                 | audit
clamd, clamav-daemon     | clamav-daemon               | clamd                | clamav                      | clamav-daemon         | clamav
cracklib                 | cracklib-runtime            | cracklib             | cracklib                    | cracklib              | cracklib
dovecot                  | dovecot-core                | dovecot              | dovecot                     | dovecot               | dovecot
dovecot-imapd            | dovecot-imapd               | dovecot              | dovecot                     | dovecot               | dovecot
dovecot-lmtpd            | dovecot-lmtpd               | dovecot              | dovecot                     | dovecot-lmtpd         | dovecot
dovecot-pop3d            | dovecot-pop3d               | dovecot              | dovecot                     | dovecot-pop3d         | dovecot
exim                     | exim4                       | exim                 | exim                        | exim                  | exim
freshclam, clamav-update | clamav-freshclam            | clamav-freshclam     | clamav                      | freshclam             | clamav
google-authenticator     | libpam-google-authenticator | google-authenticator | libpam-google-authenticator | google-authenticator  | google-authenticator-libpam
gpg, gnupg               | gnupg                       | gnupg2               | gnupg                       | gnupg                 | gpg2
kdc, krb5-server         | krb5-kdc                    | krb5-server          | krb5                        | krb5-server           | krb5-server
krb5, krb5-client        | krb5-user                   | krb5-workstation     | krb5                        | krb5                  | krb5-client
mail, mailx              | bsd-mailx                   | s-nail               | s-nail                      | mailx                 | mailx
oathtool                 | oathtool                    | oathtool             | oath-toolkit                | oath-toolkit-oathtool | oath-toolkit
opendkim-tools           | opendkim-tools              | opendkim-tools       | opendkim                    | opendkim-utils        | opendkim
pass, password-store     | pass                        | pass                 | pass                        | pass                  | password-store
passwd                   | passwd                      | shadow-utils         | shadow                      | shadow                | shadow
polkit                   | polkitd                     | polkit               | polkit                      | polkit                | polkit
saslauthd, cyrus-sasl    | sasl2-bin                   | cyrus-sasl           | cyrus-sasl                  | cyrus-sasl            | cyrus-sasl-saslauthd
`,
)
