import { nameTable } from './table.ts'

/** Mail, keys, and who may do what. */
export const mailAndAccess = nameTable(
  'packages',
  `
name                     | debian =bookworm            | rhel                 | arch                        | alpine                | suse
audit, auditd            | auditd                      | audit                | audit =archweb              | audit                 | audit =factory
clamd, clamav-daemon     | clamav-daemon               | clamd                | clamav                      | clamav-daemon         | clamav =factory
cracklib                 | cracklib-runtime            | cracklib             | cracklib                    | cracklib              | cracklib
dovecot                  | dovecot-core                | dovecot              | dovecot =archweb            | dovecot               | dovecot =factory
dovecot-imapd            | dovecot-imapd               | dovecot              | dovecot =archweb            | dovecot               | dovecot =factory
dovecot-lmtpd            | dovecot-lmtpd               | dovecot              | dovecot =archweb            | dovecot-lmtpd         | dovecot =factory
dovecot-pop3d            | dovecot-pop3d               | dovecot              | dovecot =archweb            | dovecot-pop3d         | dovecot =factory
exim                     | exim4                       | exim                 | exim                        | exim                  | exim
freshclam, clamav-update | clamav-freshclam            | clamav-freshclam     | clamav                      | freshclam             | clamav =factory
google-authenticator     | libpam-google-authenticator | google-authenticator | libpam-google-authenticator | google-authenticator  | google-authenticator-libpam
gpg, gnupg               | gnupg                       | gnupg2 =openela      | gnupg                       | gnupg                 | gpg2 =factory
kdc, krb5-server         | krb5-kdc                    | krb5-server          | krb5 =archweb               | krb5-server           | krb5-server
krb5, krb5-client        | krb5-user                   | krb5-workstation     | krb5 =archweb               | krb5                  | krb5-client
mail, mailx              | bsd-mailx                   | s-nail =openela      | s-nail                      | mailx =aports         | mailx
oathtool                 | oathtool                    | oathtool             | oath-toolkit                | oath-toolkit-oathtool | oath-toolkit
opendkim-tools           | opendkim-tools              | opendkim-tools       | opendkim                    | opendkim-utils        | opendkim
pass, password-store     | pass                        | pass                 | pass                        | pass                  | password-store =factory
passwd                   | passwd                      | shadow-utils         | shadow                      | shadow                | shadow
polkit                   | polkitd                     | polkit =openela      | polkit =archweb             | polkit                | polkit
saslauthd, cyrus-sasl    | sasl2-bin                   | cyrus-sasl           | cyrus-sasl                  | cyrus-sasl            | cyrus-sasl-saslauthd
`,
)
