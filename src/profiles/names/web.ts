import { nameTable } from './table.ts'

/** Web servers and what people put beside them. */
export const web = nameTable(
  'packages',
  `
name                      | debian =bookworm        | rhel                  | arch                | alpine                 | suse
apache, httpd, apache2    | apache2                 | httpd =openela        | apache =archweb     | apache2 =aports        | apache2 =factory
apache-devel, httpd-devel | apache2-dev             | httpd-devel =openela  | apache =archweb     | apache2-dev =aports    | apache2-devel =factory
apache-php, mod_php       | libapache2-mod-php      | php =openela          | php-apache =archweb | php84-apache2 =aports  | apache2-mod_php8 =factory
apache-ssl, mod_ssl       | apache2                 | mod_ssl               | apache =archweb     | apache2-ssl            | apache2 =factory
apache-utils, httpd-tools | apache2-utils           | httpd-tools           | apache =archweb     | apache2-utils          | apache2-utils =factory
apache-wsgi, mod_wsgi     | libapache2-mod-wsgi-py3 | python3-mod_wsgi      | mod_wsgi            | apache2-mod-wsgi       | apache2-mod_wsgi
certbot-nginx             | python3-certbot-nginx   | python3-certbot-nginx | certbot-nginx       | certbot-nginx =aports  | python3-certbot-nginx
composer                  | composer                | composer              | composer            | composer               | php-composer2 =factory
firefox                   | firefox-esr             | firefox               | firefox             | firefox                | MozillaFirefox
gunicorn                  | gunicorn                | python3-gunicorn      | gunicorn            | py3-gunicorn           | python3-gunicorn
php, php-cli              | php-cli                 | php-cli =openela      | php =archweb        | php84 =aports          | php8-cli =factory
php-curl                  | php-curl                | php-common =openela   | php =archweb        | php84-curl =aports     | php8-curl =factory
php-fpm                   | php-fpm                 | php-fpm =openela      | php-fpm             | php84-fpm =aports      | php8-fpm =factory
php-gd                    | php-gd                  | php-gd                | php-gd              | php84-gd =aports       | php8-gd
php-intl                  | php-intl                | php-intl              | php =archweb        | php84-intl =aports     | php8-intl
php-mbstring              | php-mbstring            | php-mbstring =openela | php =archweb        | php84-mbstring =aports | php8-mbstring
php-mysql                 | php-mysql               | php-mysqlnd =openela  | php =archweb        | php84-mysqli =aports   | php8-mysql
php-pgsql                 | php-pgsql               | php-pgsql =openela    | php-pgsql =archweb  | php84-pgsql =aports    | php8-pgsql
stunnel                   | stunnel4                | stunnel               | stunnel             | stunnel                | stunnel
uwsgi-python              | uwsgi-plugin-python3    | uwsgi-plugin-python3  | uwsgi-plugin-python | uwsgi-python3          | uwsgi-python3
`,
)
