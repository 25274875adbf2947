import { nameTable } from './table.ts'

/** Web servers and what people put beside them. */
export const web = nameTable(
  'packages',
  `
name                      | debian =bookworm        | rhel                  | arch                | alpine           | suse
apache, httpd, apache2    | apache2                 | httpd                 | apache              | apache2          | apache2
apache-devel, httpd-devel | apache2-dev             | httpd-devel           | apache              | apache2-dev      | apache2-devel
apache-php, mod_php       | libapache2-mod-php      | php                   | php-apache          | php84-apache2    | apache2-mod_php8
apache-ssl, mod_ssl       | apache2                 | mod_ssl               | apache              | apache2-ssl      | apache2
apache-utils, httpd-tools | apache2-utils           | httpd-tools           | apache              | apache2-utils    | apache2-utils
apache-wsgi, mod_wsgi     | libapache2-mod-wsgi-py3 | python3-mod_wsgi      | mod_wsgi            | apache2-mod-wsgi | apache2-mod_wsgi
certbot-nginx             | python3-certbot-nginx   | python3-certbot-nginx | certbot-nginx       | certbot-nginx    | python3-certbot-nginx
composer                  | composer                | composer              | composer            | composer         | php-composer2
firefox                   | firefox-esr             | firefox               | firefox             | firefox          | MozillaFirefox
gunicorn                  | gunicorn                | python3-gunicorn      | gunicorn            | py3-gunicorn     | python3-gunicorn
php, php-cli              | php-cli                 | php-cli               | php                 | php84            | php8-cli
php-curl                  | php-curl                | php-common            | php                 | php84-curl       | php8-curl
php-fpm                   | php-fpm                 | php-fpm               | php-fpm             | php84-fpm        | php8-fpm
php-gd                    | php-gd                  | php-gd                | php-gd              | php84-gd         | php8-gd
php-intl                  | php-intl                | php-intl              | php                 | php84-intl       | php8-intl
php-mbstring              | php-mbstring            | php-mbstring          | php                 | php84-mbstring   | php8-mbstring
php-mysql                 | php-mysql               | php-mysqlnd           | php                 | php84-mysqli     | php8-mysql
php-pgsql                 | php-pgsql               | php-pgsql             | php-pgsql           | php84-pgsql      | php8-pgsql
stunnel                   | stunnel4                | stunnel               | stunnel             | stunnel          | stunnel
uwsgi-python              | uwsgi-plugin-python3    | uwsgi-plugin-python3  | uwsgi-plugin-python | uwsgi-python3    | uwsgi-python3
`,
)
