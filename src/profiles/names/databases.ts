import { nameTable } from './table.ts'

/** Databases, directories and their clients. */
export const databases = nameTable(
  'packages',
  `
name                                    | debian =bookworm     | rhel                      | arch                     | alpine                       | suse
freetds                                 | freetds-bin          | freetds                   | freetds =archweb         | freetds                      | freetds-tools
ldap, openldap, openldap-server         | slapd                | openldap-servers          | openldap                 | openldap                     | openldap2 =factory
ldap-utils, openldap-clients            | ldap-utils           | openldap-clients          | openldap                 | openldap-clients             | openldap2-client
mariadb, mariadb-server                 | mariadb-server       | mariadb-server            | mariadb                  | mariadb                      | mariadb =factory
mariadb-client                          | mariadb-client       | mariadb =openela          | mariadb-clients          | mariadb-client               | mariadb-client
mariadb-devel                           | libmariadb-dev       | mariadb-connector-c-devel | mariadb-libs             | mariadb-connector-c-dev      | libmariadb-devel
mysql, mysql-server                     | default-mysql-server | mysql-server              | mariadb                  | mariadb                      | mariadb =factory
mysql-client                            | default-mysql-client | mysql                     | mariadb-clients          | mariadb-client               | mariadb-client
odbc, unixodbc                          | unixodbc             | unixODBC                  | unixodbc =archweb        | unixodbc                     | unixODBC =factory
openldap-devel                          | libldap-dev          | openldap-devel =openela   | libldap =archweb         | openldap-dev =aports         | openldap2-devel =factory
postgres, postgresql, postgresql-server | postgresql           | postgresql-server         | postgresql =archweb      | postgresql17 =aports         | postgresql-server =factory
postgresql-client                       | postgresql-client    | postgresql                | postgresql-libs =archweb | postgresql17-client =aports  | postgresql =factory
postgresql-contrib                      | postgresql-contrib   | postgresql-contrib        | postgresql =archweb      | postgresql17-contrib =aports | postgresql-contrib =factory
postgresql-devel, libpq-devel           | libpq-dev            | libpq-devel =openela      | postgresql-libs =archweb | libpq-dev =aports            | postgresql-devel =factory
redis, redis-server                     | redis-server         | redis =openela            | valkey                   | redis                        | redis =factory
redis-tools, redis-client               | redis-tools          | redis =openela            | valkey                   | redis                        | redis =factory
sqlite, sqlite3                         | sqlite3              | sqlite                    | sqlite =archweb          | sqlite                       | sqlite3 =factory
sqlite-devel                            | libsqlite3-dev       | sqlite-devel              | sqlite =archweb          | sqlite-dev =aports           | sqlite3-devel
unixodbc-devel                          | unixodbc-dev         | unixODBC-devel            | unixodbc =archweb        | unixodbc-dev =aports         | unixODBC-devel
`,
)
