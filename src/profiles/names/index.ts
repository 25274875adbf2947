import { building } from './building.ts'
import { databases } from './databases.ts'
import { groups } from './groups.ts'
import { languages } from './languages.ts'
import { mailAndAccess } from './mail-and-access.ts'
import { managers } from './managers.ts'
import { network } from './network.ts'
import { services } from './services.ts'
import { storageAndMachines } from './storage-and-machines.ts'
import { tools } from './tools.ts'
import { web } from './web.ts'

/** Every table, in reading order. */
export const nameTables = [
  web,
  databases,
  languages,
  building,
  network,
  mailAndAccess,
  tools,
  storageAndMachines,
  services,
  groups,
  managers,
]
