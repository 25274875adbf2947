import { nameTable } from './table.ts'

/** Databases, directories and their clients. */
export const databases = nameTable(
  'packages',
  `
name                                    | debian =bookworm     | rhel                      | arch            | alpine                  | suse
freetds                                 | freetds-bin          | freetds                   | freetds         | freetds                 | freetds-tools
ldap, openldap, openldap-server         | slapd                | openldap-servers          | openldap        | openldap                | openldap2
ldap-utils, openldap-clients            | ldap-utils           | openldap-clients          | openldap        | openldap-clients        | openldap2-client
mariadb, mariadb-server                 | mariadb-server       | mariadb-server            | mariadb         | mariadb                 | mariadb
mariadb-client                          | mariadb-client       | mariadb                   | mariadb-clients | mariadb-client          | mariadb-client
mariadb-devel                           | libmariadb-dev       | mariadb-connector-c-devel | mariadb-libs    | mariadb-connector-c-dev | libmariadb-devel
mysql, mysql-server                     | default-mysql-server | mysql-server              | mariadb         | mariadb                 | mariadb
mysql-client                            | default-mysql-client | mysql                     | mariadb-clients | mariadb-client          | mariadb-client
odbc, unixodbc                          | unixodbc             | unixODBC                  | unixodbc        | unixodbc                | unixODBC
openldap-devel                          | libldap-dev          | openldap-devel            | libldap         | openldap-dev            | openldap2-devel
postgres, postgresql, postgresql-server | postgresql           | postgresql-server         | postgresql      | postgresql17            | postgresql-server
postgresql-client                       | postgresql-client    | postgresql                | postgresql-libs | postgresql17-client     | postgresql
postgresql-contrib                      | postgresql-contrib   | postgresql-contrib        | postgresql      | postgresql17-contrib    | postgresql-contrib
postgresql-devel, libpq-devel           | libpq-dev            | libpq-devel               | postgresql-libs | libpq-dev               | postgresql-devel
redis, redis-server                     | redis-server         | redis                     | valkey          | redis                   | redis
redis-tools, redis-client               | redis-tools          | redis                     | valkey          | redis                   | redis
sqlite, sqlite3                         | sqlite3              | sqlite                    | sqlite          | sqlite                  | sqlite3
sqlite-devel                            | libsqlite3-dev       | sqlite-devel              | sqlite          | sqlite-dev              | sqlite3-devel
unixodbc-devel                          | unixodbc-dev         | unixODBC-devel            | unixodbc        | unixodbc-dev            | unixODBC-devel
`,
)
