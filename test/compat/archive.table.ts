import { pathsLook } from './paths-look.ts'
import { config, sh, type Table } from './row.ts'

export const archiveTable: Table = {
  resource: 'archive',
  on: 'a folder as a host',
  setup: sh`cd "$SITE"; mkdir -p app-1/bin app-2/bin; umask 022
printf 'one\n' >app-1/bin/run; chmod 0755 app-1/bin/run; ln -s run app-1/bin/start; printf 'x\n' >'app-1/größe 1'
printf 'two\n' >app-2/bin/run; chmod 0755 app-2/bin/run
tar -czf app-1.tar.gz app-1; tar -czf app-2.tar.gz app-2; tar -cf plain.tar app-1
tar -cf up.tar --transform 's,^app-2,../up,' -P app-2; tar -cf root.tar -P --transform 's,^app-2,/etc/app,' app-2
mkdir out; ln -s ../../../etc out/etc; tar -cf out.tar out; mkfifo out/fifo; rm out/etc; tar -cf fifo.tar out
printf 'no archive\n' >no.tar`,
  look: () => pathsLook,
  rows: [
    {
      name: 'what the archive holds, with its modes and links',
      when: config`archive('/d/app', { source: './app-1.tar.gz', strip: 1 })`,
      shows: ['cd app; cat bin/run; readlink bin/start; stat -c %a bin/run; cat "größe 1"', 'one\nrun\n755\nx'],
    },
    {
      name: 'without strip, the folders of the archive are kept; a plain tar does as well',
      when: config`archive('/d/app', { source: './plain.tar' })`,
      shows: ['ls app; cat app/app-1/bin/run', 'app-1\none'],
    },
    {
      name: 'a newer archive: what is no longer in it goes',
      when: config`archive('/d/app', { source: './app-1.tar.gz', strip: 1 })`,
      shows: ['ls app app/bin', 'app:\nbin\ngröße 1\n\napp/bin:\nrun\nstart'],
      later: {
        when: config`archive('/d/app', { source: './app-2.tar.gz', strip: 1 })`,
        shows: ['ls app app/bin; cat app/bin/run', 'app:\nbin\n\napp/bin:\nrun\ntwo'],
      },
    },
    {
      name: 'files of others in the directory stay',
      given: sh`mkdir app; echo dear >app/mine`,
      when: config`archive('/d/app', { source: './app-1.tar.gz', strip: 1 })`,
      shows: ['cat app/mine', 'dear'],
    },
    {
      name: 'a file that was there is replaced, and comes back',
      given: sh`mkdir -p app/bin; echo old >app/bin/run`,
      when: config`archive('/d/app', { source: './app-1.tar.gz', strip: 1 })`,
      shows: ['cat app/bin/run', 'one'],
    },
    {
      name: 'a file that was changed by hand is set right',
      when: config`archive('/d/app', { source: './app-1.tar.gz', strip: 1 })`,
      shows: ['cat app/bin/run', 'one'],
      later: { byHand: 'echo mine >app/bin/run', shows: ['cat app/bin/run', 'one'] },
    },
    {
      name: 'names that lead out of the directory (..) are refused, by name',
      when: config`archive('/d/app', { source: './up.tar' })`,
      refused: { code: 'bad-archive', says: '../up' },
    },
    {
      name: 'absolute names are refused',
      when: config`archive('/d/app', { source: './root.tar' })`,
      refused: { code: 'bad-archive', says: '/etc/app' },
    },
    {
      name: 'a link that leads out is refused',
      when: config`archive('/d/app', { source: './out.tar' })`,
      refused: { code: 'bad-archive', says: 'out/etc' },
    },
    {
      name: 'a fifo in it is refused',
      when: config`archive('/d/app', { source: './fifo.tar' })`,
      refused: { code: 'bad-archive', says: 'out/fifo' },
    },
    {
      name: 'what is no archive is refused',
      when: config`archive('/d/app', { source: './no.tar' })`,
      refused: { code: 'bad-archive', says: 'no.tar' },
    },
    {
      name: 'a checksum of the wrong length is refused',
      when: config`archive('/d/app', { url: 'https://example.org/a.tar', sha256: 'abc' })`,
      refused: { code: 'wrong-value', says: '64' },
    },
  ],
}
