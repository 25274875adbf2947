import { nameTable } from './table.ts'

/** Languages, and the modules of them that programs of a system are made with. */
export const languages = nameTable(
  'packages',
  `
name                          | debian =bookworm     | rhel                     | arch                 | alpine                 | suse
cargo                         | cargo                | cargo                    | rust                 | cargo                  | cargo
cpanm, cpanminus              | cpanminus            | perl-App-cpanminus       | cpanminus            | perl-app-cpanminus     | perl-App-cpanminus
go, golang                    | golang-go            | golang                   | go                   | go                     | go
ipython                       | ipython3             | python3-ipython          | ipython              | ipython                | python3-ipython
java, java-jre                | default-jre-headless | java-21-openjdk-headless | jre-openjdk-headless | openjdk21-jre-headless | java-21-openjdk-headless
java-jdk, jdk                 | default-jdk-headless | java-21-openjdk-devel    | jdk-openjdk          | openjdk21-jdk          | java-21-openjdk-devel
lua                           | lua5.4               | lua                      | lua                  | lua5.4                 | lua54
lua-devel                     | liblua5.4-dev        | lua-devel                | lua                  | lua5.4-dev             | lua54-devel
node, nodejs                  | nodejs               | nodejs                   | nodejs               | nodejs                 | nodejs-default
npm                           | npm                  | npm                      | npm                  | npm                    | npm-default
perl-dbd-mysql                | libdbd-mysql-perl    | perl-DBD-MySQL           | perl-dbd-mysql       | perl-dbd-mysql         | perl-DBD-mysql
perl-dbd-pg                   | libdbd-pg-perl       | perl-DBD-Pg              | perl-dbd-pg          | perl-dbd-pg            | perl-DBD-Pg
perl-dbi                      | libdbi-perl          | perl-DBI                 | perl-dbi             | perl-dbi               | perl-DBI
perl-devel                    | libperl-dev          | perl-devel               | perl                 | perl-dev               | perl
perl-json                     | libjson-perl         | perl-JSON                | perl-json            | perl-json              | perl-JSON
perl-lwp                      | libwww-perl          | perl-libwww-perl         | perl-libwww          | perl-libwww            | perl-libwww-perl
perl-xml-parser               | libxml-parser-perl   | perl-XML-Parser          | perl-xml-parser      | perl-xml-parser        | perl-XML-Parser
pip, python-pip, python3-pip  | python3-pip          | python3-pip              | python-pip           | py3-pip                | python3-pip
pipx                          | pipx                 | pipx                     | python-pipx          | pipx                   | python3-pipx
python, python3               | python3              | python3                  | python               | python3                | python3
python-cryptography           | python3-cryptography | python3-cryptography     | python-cryptography  | py3-cryptography       | python3-cryptography
python-devel, python3-devel   | python3-dev          | python3-devel            | python               | python3-dev            | python3-devel
python-dns, dnspython         | python3-dnspython    | python3-dns              | python-dnspython     | py3-dnspython          | python3-dnspython
python-docker                 | python3-docker       | python3-docker           | python-docker        | py3-docker-py          | python3-docker
python-jinja2                 | python3-jinja2       | python3-jinja2           | python-jinja         | py3-jinja2             | python3-Jinja2
python-ldap                   | python3-ldap         | python3-ldap             | python-ldap          | py3-pyldap             | python3-ldap
python-lxml                   | python3-lxml         | python3-lxml             | python-lxml          | py3-lxml               | python3-lxml
python-mysql, python-pymysql  | python3-pymysql      | python3-PyMySQL          | python-pymysql       | py3-pymysql            | python3-PyMySQL
python-netaddr                | python3-netaddr      | python3-netaddr          | python-netaddr       | py3-netaddr            | python3-netaddr
python-psutil                 | python3-psutil       | python3-psutil           | python-psutil        | py3-psutil             | python3-psutil
python-psycopg2               | python3-psycopg2     | python3-psycopg2         | python-psycopg2      | py3-psycopg2           | python3-psycopg2
python-pytest, pytest         | python3-pytest       | python3-pytest           | python-pytest        | py3-pytest             | python3-pytest
python-redis                  | python3-redis        | python3-redis            | python-redis         | py3-redis              | python3-redis
python-requests               | python3-requests     | python3-requests         | python-requests      | py3-requests           | python3-requests
python-setuptools             | python3-setuptools   | python3-setuptools       | python-setuptools    | py3-setuptools         | python3-setuptools
python-tkinter                | python3-tk           | python3-tkinter          | tk                   | python3-tkinter        | python3-tk
python-venv                   | python3-venv         | python3                  | python               | python3                | python3
python-virtualenv, virtualenv | python3-virtualenv   | python3-virtualenv       | python-virtualenv    | py3-virtualenv         | python3-virtualenv
python-wheel                  | python3-wheel        | python3-wheel            | python-wheel         | py3-wheel              | python3-wheel
python-yaml, pyyaml           | python3-yaml         | python3-pyyaml           | python-yaml          | py3-yaml               | python3-PyYAML
r, r-lang                     | r-base               | R                        | r                    | R                      | R-base
ruby-devel                    | ruby-dev             | ruby-devel               | ruby                 | ruby-dev               | ruby-devel
rust                          | rustc                | rust                     | rust                 | rust                   | rust
yarn                          | yarnpkg              | yarnpkg                  | yarn                 | yarn                   | yarn
`,
)
