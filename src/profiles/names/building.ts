import { nameTable } from './table.ts'

/** What programs are built with: compilers, and the development side of libraries. */
export const building = nameTable(
  'packages',
  `
name                         | debian =bookworm     | rhel                      | arch                     | alpine                    | suse
acl-devel                    | libacl1-dev          | libacl-devel =openela     | acl =archweb             | acl-dev =aports           | libacl-devel =factory
attr-devel                   | libattr1-dev         | libattr-devel =openela    | attr                     | attr-dev                  | libattr-devel
boost-devel                  | libboost-dev         | boost-devel               | boost                    | boost-dev                 | boost-devel
build-tools, build-essential | build-essential      | gcc-c++ =openela          | base-devel               | build-base                | patterns-devel-base-devel_basis =factory
bzip2-devel                  | libbz2-dev           | bzip2-devel =openela      | bzip2                    | bzip2-dev =aports         | libbz2-devel =factory
c-compiler                   | gcc                  | gcc =openela              | gcc                      | gcc                       | gcc =factory
c++-compiler, g++, gcc-c++   | g++                  | gcc-c++ =openela          | gcc                      | g++                       | gcc-c++ =factory
ctags                        | universal-ctags      | ctags                     | ctags                    | ctags                     | ctags =factory
curl-devel, libcurl-devel    | libcurl4-openssl-dev | libcurl-devel             | curl =archweb            | curl-dev =aports          | libcurl-devel
expat-devel                  | libexpat1-dev        | expat-devel               | expat                    | expat-dev                 | libexpat-devel
fortran-compiler, gfortran   | gfortran             | gcc-gfortran              | gcc-fortran              | gfortran                  | gcc-fortran =factory
freetype-devel               | libfreetype-dev      | freetype-devel            | freetype2 =archweb       | freetype-dev =aports      | freetype2-devel
glib-devel                   | libglib2.0-dev       | glib2-devel =openela      | glib2-devel              | glib-dev                  | glib2-devel
gmp-devel                    | libgmp-dev           | gmp-devel                 | gmp =archweb             | gmp-dev =aports           | gmp-devel =factory
icu-devel                    | libicu-dev           | libicu-devel              | icu =archweb             | icu-dev =aports           | libicu-devel
krb5-devel                   | libkrb5-dev          | krb5-devel =openela       | krb5 =archweb            | krb5-dev                  | krb5-devel
libc-devel, glibc-devel      | libc6-dev            | glibc-devel               | glibc =archweb           | musl-dev                  | glibc-devel =factory
libcap-devel                 | libcap-dev           | libcap-devel              | libcap                   | libcap-dev                | libcap-devel =factory
libelf-devel                 | libelf-dev           | elfutils-libelf-devel     | libelf                   | elfutils-dev              | libelf-devel
libevent-devel               | libevent-dev         | libevent-devel            | libevent                 | libevent-dev              | libevent-devel
libffi-devel                 | libffi-dev           | libffi-devel              | libffi                   | libffi-dev                | libffi-devel
libjpeg-devel                | libjpeg-dev          | libjpeg-turbo-devel       | libjpeg-turbo =archweb   | libjpeg-turbo-dev =aports | libjpeg8-devel
libpcap-devel                | libpcap-dev          | libpcap-devel =openela    | libpcap =archweb         | libpcap-dev               | libpcap-devel
libpng-devel                 | libpng-dev           | libpng-devel              | libpng =archweb          | libpng-dev =aports        | libpng16-devel
libsodium-devel              | libsodium-dev        | libsodium-devel           | libsodium =archweb       | libsodium-dev =aports     | libsodium-devel
libuuid-devel                | uuid-dev             | libuuid-devel             | util-linux-libs =archweb | util-linux-dev =aports    | libuuid-devel
libxml2-devel                | libxml2-dev          | libxml2-devel =openela    | libxml2 =archweb         | libxml2-dev =aports       | libxml2-devel =factory
libxslt-devel                | libxslt1-dev         | libxslt-devel             | libxslt =archweb         | libxslt-dev =aports       | libxslt-devel
libyaml-devel                | libyaml-dev          | libyaml-devel             | libyaml                  | yaml-dev                  | libyaml-devel
lz4-devel                    | liblz4-dev           | lz4-devel                 | lz4 =archweb             | lz4-dev =aports           | liblz4-devel
ncurses-devel                | libncurses-dev       | ncurses-devel =openela    | ncurses                  | ncurses-dev =aports       | ncurses-devel =factory
ninja                        | ninja-build          | ninja-build =openela      | ninja                    | samurai =aports           | ninja
openssl-devel                | libssl-dev           | openssl-devel =openela    | openssl =archweb         | openssl-dev =aports       | libopenssl-devel
pam-devel                    | libpam0g-dev         | pam-devel =openela        | pam =archweb             | linux-pam-dev =aports     | pam-devel =factory
pcre2-devel                  | libpcre2-dev         | pcre2-devel =openela      | pcre2 =archweb           | pcre2-dev =aports         | pcre2-devel =factory
pkg-config                   | pkgconf              | pkgconf-pkg-config        | pkgconf                  | pkgconf                   | pkgconf-pkg-config
protoc, protobuf-compiler    | protobuf-compiler    | protobuf-compiler         | protobuf                 | protoc                    | protobuf-devel
readline-devel               | libreadline-dev      | readline-devel =openela   | readline =archweb        | readline-dev =aports      | readline-devel
sasl-devel                   | libsasl2-dev         | cyrus-sasl-devel =openela | libsasl =archweb         | cyrus-sasl-dev            | cyrus-sasl-devel
xz-devel                     | liblzma-dev          | xz-devel                  | xz                       | xz-dev                    | xz-devel
zlib-devel                   | zlib1g-dev           | zlib-devel =openela       | zlib =archweb            | zlib-dev =aports          | zlib-devel =factory
zstd-devel                   | libzstd-dev          | libzstd-devel             | zstd =archweb            | zstd-dev =aports          | libzstd-devel
`,
)
