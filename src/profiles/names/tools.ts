import { nameTable } from './table.ts'

/** What people have at hand on every machine. */
export const tools = nameTable(
  'packages',
  `
name                               | debian =bookworm         | rhel                   | arch                     | alpine                     | suse
7zip, p7zip                        | 7zip                     | p7zip                  | 7zip                     | 7zip                       | 7zip
ag, the_silver_searcher            | silversearcher-ag        | the_silver_searcher    | the_silver_searcher      | the_silver_searcher        | the_silver_searcher
bcc-tools                          | bpfcc-tools              | bcc-tools              | bcc-tools                | bcc-tools                  | bcc-tools
borg, borgbackup                   | borgbackup               | borgbackup             | borg                     | borgbackup                 | borgbackup
bpftool                            | bpftool                  | bpftool                | bpf                      | bpftool                    | bpftool
cpupower                           | linux-cpupower           | kernel-tools           | cpupower                 | cpupower                   | cpupower
cron, cronie, crontab              | cron                     | cronie                 | cronie                   | cronie =aports             | cronie =factory
dejavu-fonts                       | fonts-dejavu-core        | dejavu-sans-fonts      | ttf-dejavu               | font-dejavu                | dejavu-fonts
doas                               | opendoas                 | opendoas               | opendoas                 | doas                       | opendoas
envsubst                           | gettext-base             | gettext =openela       | gettext =archweb         | gettext-envsubst           | gettext-runtime
exiftool                           | libimage-exiftool-perl   | perl-Image-ExifTool    | perl-image-exiftool      | exiftool                   | exiftool
fd                                 | fd-find                  | fd-find                | fd                       | fd                         | fd
hexdump                            | bsdextrautils            | util-linux =openela    | util-linux =archweb      | hexdump =aports            | util-linux
imagemagick                        | imagemagick              | ImageMagick            | imagemagick              | imagemagick                | ImageMagick =factory
liberation-fonts                   | fonts-liberation         | liberation-fonts       | ttf-liberation           | font-liberation            | liberation-fonts
libcap, setcap                     | libcap2-bin              | libcap                 | libcap                   | libcap-utils               | libcap-progs
lm_sensors, sensors                | lm-sensors               | lm_sensors             | lm_sensors =archweb      | lm-sensors                 | sensors =factory
locales                            | locales                  | glibc-langpack-en      | glibc =archweb           | musl-locales               | glibc-locale
man                                | man-db                   | man-db                 | man-db =archiso          | mandoc                     | man =factory
man-pages                          | manpages                 | man-pages              | man-pages =archiso       | man-pages                  | man-pages =factory
monitoring-plugins, nagios-plugins | monitoring-plugins       | nagios-plugins-all     | monitoring-plugins       | monitoring-plugins =aports | monitoring-plugins
node-exporter                      | prometheus-node-exporter | node-exporter          | prometheus-node-exporter | prometheus-node-exporter   | golang-github-prometheus-node_exporter
noto-fonts                         | fonts-noto-core          | google-noto-sans-fonts | noto-fonts               | font-noto                  | google-noto-sans-fonts
pandoc                             | pandoc                   | pandoc                 | pandoc-cli               | pandoc-cli =aports         | pandoc-cli
parallel                           | parallel                 | parallel               | parallel                 | parallel                   | gnu_parallel =factory
perf                               | linux-perf               | perf                   | perf                     | perf                       | perf
pdftotext, poppler-utils           | poppler-utils            | poppler-utils          | poppler                  | poppler-utils              | poppler-tools
prometheus                         | prometheus               | prometheus             | prometheus               | prometheus                 | golang-github-prometheus-prometheus
ps, procps                         | procps                   | procps-ng              | procps-ng =archweb       | procps-ng =aports          | procps =factory
rng-tools                          | rng-tools5               | rng-tools              | rng-tools                | rng-tools                  | rng-tools =factory
rsvg-convert                       | librsvg2-bin             | librsvg2-tools         | librsvg                  | rsvg-convert               | rsvg-convert
rsyslog-tls                        | rsyslog-gnutls           | rsyslog-gnutls         | rsyslog                  | rsyslog-tls                | rsyslog-module-gtls
tzdata, timezone                   | tzdata                   | tzdata                 | tzdata                   | tzdata =aports             | timezone =factory
uuidgen                            | uuid-runtime             | util-linux =openela    | util-linux =archweb      | uuidgen =aports            | util-linux
vim                                | vim                      | vim-enhanced           | vim =archiso             | vim                        | vim
which                              | debianutils              | which                  | which                    | which                      | which
xmllint                            | libxml2-utils            | libxml2                | libxml2 =archweb         | libxml2-utils              | libxml2-tools
xsltproc                           | xsltproc                 | libxslt =openela       | libxslt =archweb         | libxslt                    | libxslt-tools
xz                                 | xz-utils                 | xz                     | xz                       | xz                         | xz
`,
)
