import { alternativeKind } from './alternative/kind.ts'
import { certificateKind } from './certificate/kind.ts'
import { containerKind } from './container/kind.ts'
import { debconfKind } from './debconf/kind.ts'
import { diversionKind } from './diversion/kind.ts'
import { execKind } from './exec/kind.ts'
import { gitKind } from './git/kind.ts'
import { groupKind } from './group/kind.ts'
import { hostnameKind } from './hostname/kind.ts'
import { moduleKind } from './module/kind.ts'
import { mountKind } from './mount/kind.ts'
import { mysqlKind } from './mysql/kind.ts'
import { packageKind } from './package/kind.ts'
import { pathKind } from './path/kind.ts'
import { postgresKind } from './postgres/kind.ts'
import { rebootKind } from './reboot/kind.ts'
import { kindsOf } from './registry.ts'
import { selinuxKind } from './selinux/kind.ts'
import { swapKind } from './swap/kind.ts'
import { sysctlKind } from './sysctl/kind.ts'
import { unitKind } from './unit/kind.ts'
import { userKind } from './user/kind.ts'
import { waitKind } from './wait/kind.ts'

/** The kinds that Hexis brings. */
export const builtinKinds = kindsOf([
  pathKind,
  userKind,
  groupKind,
  packageKind,
  unitKind,
  hostnameKind,
  sysctlKind,
  moduleKind,
  gitKind,
  mountKind,
  containerKind,
  swapKind,
  waitKind,
  rebootKind,
  selinuxKind,
  certificateKind,
  alternativeKind,
  diversionKind,
  debconfKind,
  postgresKind,
  mysqlKind,
  execKind,
])
