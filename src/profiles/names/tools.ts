import { nameTable } from './table.ts'

/** What people have at hand on every machine. */
export const tools = nameTable(
  'packages',
  `
name                               | debian =bookworm         | rhel                   | arch                     | alpine                   | suse
7zip, p7zip                        | 7zip                     | p7zip                  | 7zip                     | 7zip                     | 7zip
ag, the_silver_searcher            | silversearcher-ag        | the_silver_searcher    | the_silver_searcher      | the_silver_searcher      | the_silver_searcher
bcc-tools                          | bpfcc-tools              | bcc-tools              | bcc-tools                | bcc-tools                | bcc-tools
borg, borgbackup                   | borgbackup               | borgbackup             | borg                     | borgbackup               | borgbackup
bpftool                            | bpftool                  | bpftool                | bpf                      | bpftool                  | bpftool
cpupower                           | linux-cpupower           | kernel-tools           | cpupower                 | cpupower                 | cpupower
cron, cronie, crontab              | cron                     | cronie                 | cronie                   | cronie                   | cronie
dejavu-fonts                       | fonts-dejavu-core        | dejavu-sans-fonts      | ttf-dejavu               | font-dejavu              | dejavu-fonts
doas                               | opendoas                 | opendoas               | opendoas                 | doas                     | opendoas
envsubst                           | gettext-base             | gettext                | gettext                  | gettext-envsubst         | gettext-runtime
exiftool                           | libimage-exiftool-perl   | perl-Image-ExifTool    | perl-image-exiftool      | exiftool                 | exiftool
fd                                 | fd-find                  | fd-find                | fd                       | fd                       | fd
hexdump                            | bsdextrautils            | util-linux             | util-linux               | util-linux-misc          | util-linux
imagemagick                        | imagemagick              | ImageMagick            | imagemagick              | imagemagick              | ImageMagick
liberation-fonts                   | fonts-liberation         | liberation-fonts       | ttf-liberation           | font-liberation          | liberation-fonts
libcap, setcap                     | libcap2-bin              | libcap                 | libcap                   | libcap-utils             | libcap-progs
lm_sensors, sensors                | lm-sensors               | lm_sensors             | lm_sensors               | lm-sensors               | sensors
locales                            | locales                  | glibc-langpack-en      | glibc                    | musl-locales             | glibc-locale
man                                | man-db                   | man-db                 | man-db                   | mandoc                   | man
man-pages                          | manpages                 | man-pages              | man-pages                | man-pages                | man-pages
monitoring-plugins, nagios-plugins | monitoring-plugins       | nagios-plugins-all     | monitoring-plugins       | monitoring-plugins       | monitoring-plugins
node-exporter                      | prometheus-node-exporter | node-exporter          | prometheus-node-exporter | prometheus-node-exporter | golang-github-prometheus-node_exporter
noto-fonts                         | fonts-noto-core          | google-noto-sans-fonts | noto-fonts               | font-noto                | google-noto-sans-fonts
pandoc                             | pandoc                   | pandoc                 | pandoc-cli               | pandoc-cli               | pandoc-cli
parallel                           | parallel                 | parallel               | parallel                 | parallel                 | gnu_parallel
perf                               | linux-perf               | perf                   | perf                     | perf                     | perf
pdftotext, poppler-utils           | poppler-utils            | poppler-utils          | poppler                  | poppler-utils            | poppler-tools
prometheus                         | prometheus               | prometheus             | prometheus               | prometheus               | golang-github-prometheus-prometheus
ps, procps                         | procps                   | procps-ng              | procps-ng                | procps-ng                | procps
rng-tools                          | rng-tools5               | rng-tools              | rng-tools                | rng-tools                | rng-tools
rsvg-convert                       | librsvg2-bin             | librsvg2-tools         | librsvg                  | rsvg-convert             | rsvg-convert
rsyslog-tls                        | rsyslog-gnutls           | rsyslog-gnutls         | rsyslog                  | rsyslog-tls              | rsyslog-module-gtls
tzdata, timezone                   | tzdata                   | tzdata                 | tzdata                   | tzdata                   | timezone
uuidgen                            | uuid-runtime             | util-linux             | util-linux               | uuidgen                  | util-linux
vim                                | vim                      | vim-enhanced           | vim                      | vim                      | vim
which                              | debianutils              | which                  | which                    | which                    | which
xmllint                            | libxml2-utils            | libxml2                | libxml2                  | libxml2-utils            | libxml2-tools
xsltproc                           | xsltproc                 | libxslt                | libxslt                  | libxslt                  | libxslt-tools
xz                                 | xz-utils                 | xz                     | xz                       | xz                       | xz
`,
)
