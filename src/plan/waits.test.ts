import { expect, test } from 'vitest'
import { type Given, opLines } from './plan-table.ts'

const there = 'content=A nlink=1 type=file'
const running = 'active=yes enabled=yes type=present'
const atRest = { 'wait:w': 'done=yes', 'wait:v': 'done=yes', 'unit:app.service': running, 'path:/a': there }

test.each<{ says: string; given: Given; lines: readonly string[] }>([
  {
    says: 'nothing is waited for where nothing changes',
    given: { wanted: ['COPY /a blob=A', 'WAIT w port=80 when=path:/a'], observed: atRest },
    lines: [],
  },
  {
    says: 'nor where only something else changes',
    given: { wanted: ['COPY /a blob=A', 'COPY /b blob=B', 'WAIT w port=80 when=path:/a'], observed: atRest },
    lines: ['COPY /b blob=B'],
  },
  {
    says: 'what it comes after changes: in its place',
    given: {
      wanted: ['COPY /a blob=B', 'WAIT w port=80 when=path:/x%20path:/a', 'COPY /c blob=C'],
      observed: atRest,
    },
    lines: ['COPY /a blob=B', 'WAIT w port=80 when=path:/x%20path:/a', 'COPY /c blob=C'],
  },
  {
    says: 'a restart of what it comes after is before it, not at the end',
    given: {
      wanted: [
        'COPY /a blob=B && RESTART app.service && RUN job',
        'UNIT app.service active=yes',
        'WAIT w port=80 when=unit:app.service',
        'COPY /c blob=C',
      ],
      observed: atRest,
    },
    lines: [
      'COPY /a blob=B',
      'RESTART app.service for 1',
      'WAIT w port=80 when=unit:app.service',
      'COPY /c blob=C',
      'RUN job for 1',
    ],
  },
  {
    says: 'a command that a change starts is before the wait for that change',
    given: { wanted: ['COPY /a blob=B && RUN job', 'WAIT w port=80 when=path:/a', 'COPY /c blob=C'], observed: atRest },
    lines: ['COPY /a blob=B', 'RUN job for 1', 'WAIT w port=80 when=path:/a', 'COPY /c blob=C'],
  },
  {
    says: 'a wait may come after a wait',
    given: {
      wanted: ['COPY /a blob=B', 'WAIT w port=80 when=path:/a', 'WAIT v file=/x when=wait:w'],
      observed: atRest,
    },
    lines: ['COPY /a blob=B', 'WAIT w port=80 when=path:/a', 'WAIT v file=/x when=wait:w'],
  },
  {
    says: 'a restart that a removal brings is waited for too',
    given: {
      wanted: ['UNIT app.service active=yes', 'WAIT w port=80 when=unit:app.service'],
      held: {
        'path:/a': { origin: 'type=absent', last: there, step: 'COPY /a blob=A && RESTART app.service' },
      },
      observed: atRest,
    },
    lines: ['RM /a', 'RESTART app.service missing=ok for 1', 'WAIT w port=80 when=unit:app.service'],
  },
  {
    says: 'in audit mode nothing is waited for',
    given: { wanted: ['COPY /a blob=B', 'WAIT w port=80 when=path:/a'], observed: atRest, audit: true },
    lines: [],
  },
  {
    says: 'a wait that is no longer declared leaves nothing behind',
    given: {
      held: { 'wait:w': { origin: 'done=yes', last: 'done=yes', step: 'WAIT w port=80 when=path:/a' } },
      observed: atRest,
    },
    lines: [],
  },
])('$says', ({ given, lines }) => {
  expect(opLines(given)).toEqual(lines)
})
