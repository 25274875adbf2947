import { nameTable } from './table.ts'

/** Languages, and the modules of them that programs of a system are made with. */
export const languages = nameTable(
  'packages',
  `
name                          | debian =bookworm     | rhel                     | arch                         | alpine                   | suse
cargo                         | cargo                | cargo                    | rust                         | cargo                    | cargo
cpanm, cpanminus              | cpanminus            | perl-App-cpanminus       | cpanminus                    | perl-app-cpanminus       | perl-App-cpanminus =factory
go, golang                    | golang-go            | golang                   | go                           | go                       | go
ipython                       | ipython3             | python3-ipython          | ipython                      | ipython                  | python3-ipython
java, java-jre                | default-jre-headless | java-21-openjdk-headless | jre-openjdk-headless         | openjdk21-jre-headless   | java-21-openjdk-headless
java-jdk, jdk                 | default-jdk-headless | java-21-openjdk-devel    | jdk-openjdk                  | openjdk21-jdk            | java-21-openjdk-devel
lua                           | lua5.4               | lua                      | lua =archweb                 | lua5.4                   | lua54 =factory
lua-devel                     | liblua5.4-dev        | lua-devel                | lua =archweb                 | lua5.4-dev               | lua54-devel
node, nodejs                  | nodejs               | nodejs                   | nodejs =archweb              | nodejs                   | nodejs-default
npm                           | npm                  | npm                      | npm =archweb                 | npm                      | npm-default
perl-dbd-mysql                | libdbd-mysql-perl    | perl-DBD-MySQL           | perl-dbd-mysql               | perl-dbd-mysql           | perl-DBD-mysql =factory
perl-dbd-pg                   | libdbd-pg-perl       | perl-DBD-Pg              | perl-dbd-pg =archweb         | perl-dbd-pg              | perl-DBD-Pg =factory
perl-dbi                      | libdbi-perl          | perl-DBI                 | perl-dbi                     | perl-dbi                 | perl-DBI =factory
perl-devel                    | libperl-dev          | perl-devel               | perl =archweb                | perl-dev =aports         | perl =factory
perl-json                     | libjson-perl         | perl-JSON                | perl-json                    | perl-json                | perl-JSON =factory
perl-lwp                      | libwww-perl          | perl-libwww-perl         | perl-libwww                  | perl-libwww              | perl-libwww-perl =factory
perl-xml-parser               | libxml-parser-perl   | perl-XML-Parser          | perl-xml-parser              | perl-xml-parser          | perl-XML-Parser
pip, python-pip, python3-pip  | python3-pip          | python3-pip              | python-pip =archweb          | py3-pip                  | python3-pip
pipx                          | pipx                 | pipx                     | python-pipx                  | pipx                     | python3-pipx
python, python3               | python3              | python3 =openela         | python =archweb              | python3 =aports          | python3
python-cryptography           | python3-cryptography | python3-cryptography     | python-cryptography =archweb | py3-cryptography         | python3-cryptography
python-devel, python3-devel   | python3-dev          | python3-devel            | python =archweb              | python3-dev =aports      | python3-devel
python-dns, dnspython         | python3-dnspython    | python3-dns              | python-dnspython =archweb    | py3-dnspython            | python3-dnspython
python-docker                 | python3-docker       | python3-docker           | python-docker                | py3-docker-py =alpineweb | python3-docker
python-jinja2                 | python3-jinja2       | python3-jinja2           | python-jinja =archweb        | py3-jinja2               | python3-Jinja2
python-ldap                   | python3-ldap         | python3-ldap             | python-ldap =archweb         | py3-pyldap =aports       | python3-ldap
python-lxml                   | python3-lxml         | python3-lxml             | python-lxml                  | py3-lxml                 | python3-lxml
python-mysql, python-pymysql  | python3-pymysql      | python3-PyMySQL          | python-pymysql               | py3-pymysql              | python3-PyMySQL
python-netaddr                | python3-netaddr      | python3-netaddr          | python-netaddr =archweb      | py3-netaddr              | python3-netaddr
python-psutil                 | python3-psutil       | python3-psutil           | python-psutil                | py3-psutil               | python3-psutil
python-psycopg2               | python3-psycopg2     | python3-psycopg2         | python-psycopg2 =archweb     | py3-psycopg2             | python3-psycopg2
python-pytest, pytest         | python3-pytest       | python3-pytest           | python-pytest                | py3-pytest               | python3-pytest
python-redis                  | python3-redis        | python3-redis            | python-redis                 | py3-redis                | python3-redis
python-requests               | python3-requests     | python3-requests         | python-requests              | py3-requests =alpineweb  | python3-requests
python-setuptools             | python3-setuptools   | python3-setuptools       | python-setuptools =archweb   | py3-setuptools           | python3-setuptools
python-tkinter                | python3-tk           | python3-tkinter          | tk                           | python3-tkinter          | python3-tk
python-venv                   | python3-venv         | python3 =openela         | python =archweb              | python3 =aports          | python3
python-virtualenv, virtualenv | python3-virtualenv   | python3-virtualenv       | python-virtualenv            | py3-virtualenv           | python3-virtualenv
python-wheel                  | python3-wheel        | python3-wheel            | python-wheel =archweb        | py3-wheel                | python3-wheel
python-yaml, pyyaml           | python3-yaml         | python3-pyyaml           | python-yaml =archweb         | py3-yaml =alpineweb      | python3-PyYAML
r, r-lang                     | r-base               | R                        | r                            | R                        | R-base
ruby-devel                    | ruby-dev             | ruby-devel               | ruby                         | ruby-dev                 | ruby-devel
rust                          | rustc                | rust                     | rust                         | rust                     | rust
yarn                          | yarnpkg              | yarnpkg                  | yarn                         | yarn                     | yarn
`,
)
