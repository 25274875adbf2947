import { nameTable } from './table.ts'

/** What programs are built with: compilers, and the development side of libraries. */
export const building = nameTable(
  'packages',
  `
name                         | debian =bookworm     | rhel                  | arch            | alpine            | suse
acl-devel                    | libacl1-dev          | libacl-devel          | acl             | acl-dev           | libacl-devel
attr-devel                   | libattr1-dev         | libattr-devel         | attr            | attr-dev          | libattr-devel
boost-devel                  | libboost-dev         | boost-devel           | boost           | boost-dev         | boost-devel
build-tools, build-essential | build-essential      | gcc-c++               | base-devel      | build-base        | patterns-devel-base-devel_basis
bzip2-devel                  | libbz2-dev           | bzip2-devel           | bzip2           | bzip2-dev         | libbz2-devel
c-compiler                   | gcc                  | gcc                   | gcc             | gcc               | gcc
c++-compiler, g++, gcc-c++   | g++                  | gcc-c++               | gcc             | g++               | gcc-c++
ctags                        | universal-ctags      | ctags                 | ctags           | ctags             | ctags
curl-devel, libcurl-devel    | libcurl4-openssl-dev | libcurl-devel         | curl            | curl-dev          | libcurl-devel
expat-devel                  | libexpat1-dev        | expat-devel           | expat           | expat-dev         | libexpat-devel
fortran-compiler, gfortran   | gfortran             | gcc-gfortran          | gcc-fortran     | gfortran          | gcc-fortran
freetype-devel               | libfreetype-dev      | freetype-devel        | freetype2       | freetype-dev      | freetype2-devel
glib-devel                   | libglib2.0-dev       | glib2-devel           | glib2-devel     | glib-dev          | glib2-devel
gmp-devel                    | libgmp-dev           | gmp-devel             | gmp             | gmp-dev           | gmp-devel
icu-devel                    | libicu-dev           | libicu-devel          | icu             | icu-dev           | libicu-devel
krb5-devel                   | libkrb5-dev          | krb5-devel            | krb5            | krb5-dev          | krb5-devel
libc-devel, glibc-devel      | libc6-dev            | glibc-devel           | glibc           | musl-dev          | glibc-devel
libcap-devel                 | libcap-dev           | libcap-devel          | libcap          | libcap-dev        | libcap-devel
libelf-devel                 | libelf-dev           | elfutils-libelf-devel | libelf          | elfutils-dev      | libelf-devel
libevent-devel               | libevent-dev         | libevent-devel        | libevent        | libevent-dev      | libevent-devel
libffi-devel                 | libffi-dev           | libffi-devel          | libffi          | libffi-dev        | libffi-devel
libjpeg-devel                | libjpeg-dev          | libjpeg-turbo-devel   | libjpeg-turbo   | libjpeg-turbo-dev | libjpeg8-devel
libpcap-devel                | libpcap-dev          | libpcap-devel         | libpcap         | libpcap-dev       | libpcap-devel
libpng-devel                 | libpng-dev           | libpng-devel          | libpng          | libpng-dev        | libpng16-devel
libsodium-devel              | libsodium-dev        | libsodium-devel       | libsodium       | libsodium-dev     | libsodium-devel
libuuid-devel                | uuid-dev             | libuuid-devel         | util-linux-libs | util-linux-dev    | libuuid-devel
libxml2-devel                | libxml2-dev          | libxml2-devel         | libxml2         | libxml2-dev       | libxml2-devel
libxslt-devel                | libxslt1-dev         | libxslt-devel         | libxslt         | libxslt-dev       | libxslt-devel
libyaml-devel                | libyaml-dev          | libyaml-devel         | libyaml         | yaml-dev          | libyaml-devel
lz4-devel                    | liblz4-dev           | lz4-devel             | lz4             | lz4-dev           | liblz4-devel
ncurses-devel                | libncurses-dev       | ncurses-devel         | ncurses         | ncurses-dev       | ncurses-devel
ninja                        | ninja-build          | ninja-build           | ninja           | ninja-build       | ninja
openssl-devel                | libssl-dev           | openssl-devel         | openssl         | openssl-dev       | libopenssl-devel
pam-devel                    | libpam0g-dev         | pam-devel             | pam             | linux-pam-dev     | pam-devel
pcre2-devel                  | libpcre2-dev         | pcre2-devel           | pcre2           | pcre2-dev         | pcre2-devel
pkg-config                   | pkgconf              | pkgconf-pkg-config    | pkgconf         | pkgconf           | pkgconf-pkg-config
protoc, protobuf-compiler    | protobuf-compiler    | protobuf-compiler     | protobuf        | protoc            | protobuf-devel
readline-devel               | libreadline-dev      | readline-devel        | readline        | readline-dev      | readline-devel
sasl-devel                   | libsasl2-dev         | cyrus-sasl-devel      | libsasl         | cyrus-sasl-dev    | cyrus-sasl-devel
xz-devel                     | liblzma-dev          | xz-devel              | xz              | xz-dev            | xz-devel
zlib-devel                   | zlib1g-dev           | zlib-devel            | zlib            | zlib-dev          | zlib-devel
zstd-devel                   | libzstd-dev          | libzstd-devel         | zstd            | zstd-dev          | libzstd-devel
`,
)
