import type { z } from 'zod'
import { alternativesResource } from './alternatives/definition.ts'
import { archiveResource } from './archive/definition.ts'
import { authorizedKeyResource } from './authorizedKey/definition.ts'
import { blockResource } from './block/definition.ts'
import { certificateResource } from './certificate/definition.ts'
import { containerResource } from './container/definition.ts'
import { cronResource } from './cron/definition.ts'
import { debconfResource } from './debconf/definition.ts'
import type { ResourceDefinition } from './definition.ts'
import { directoryResource } from './directory/definition.ts'
import { divertResource } from './divert/definition.ts'
import { downloadResource } from './download/definition.ts'
import { envResource } from './env/definition.ts'
import { execResource } from './exec/definition.ts'
import { fileResource } from './file/definition.ts'
import { firewallResource } from './firewall/definition.ts'
import { gitResource } from './git/definition.ts'
import { groupResource } from './group/definition.ts'
import { healthResource } from './health/definition.ts'
import { hostnameResource } from './hostname/definition.ts'
import { hostsResource } from './hosts/definition.ts'
import { iniResource } from './ini/definition.ts'
import { jsonResource } from './json/definition.ts'
import { kernelModuleResource } from './kernelModule/definition.ts'
import { lineResource } from './line/definition.ts'
import { linkResource } from './link/definition.ts'
import { localeResource } from './locale/definition.ts'
import { mountResource } from './mount/definition.ts'
import { mysqlDatabaseResource } from './mysqlDatabase/definition.ts'
import { mysqlGrantResource } from './mysqlGrant/definition.ts'
import { mysqlUserResource } from './mysqlUser/definition.ts'
import { networkResource } from './network/definition.ts'
import { packageResource } from './package/definition.ts'
import { postgresDatabaseResource } from './postgresDatabase/definition.ts'
import { postgresGrantResource } from './postgresGrant/definition.ts'
import { postgresRoleResource } from './postgresRole/definition.ts'
import { probeResource } from './probe/definition.ts'
import { quadletResource } from './quadlet/definition.ts'
import { rebootResource } from './reboot/definition.ts'
import { repositoryResource } from './repository/definition.ts'
import { resolverResource } from './resolver/definition.ts'
import { selinuxResource } from './selinux/definition.ts'
import { serviceResource } from './service/definition.ts'
import { sshdResource } from './sshd/definition.ts'
import { sudoersResource } from './sudoers/definition.ts'
import { swapResource } from './swap/definition.ts'
import { sysctlResource } from './sysctl/definition.ts'
import { templateResource } from './template/definition.ts'
import { timerResource } from './timer/definition.ts'
import { timezoneResource } from './timezone/definition.ts'
import { tomlResource } from './toml/definition.ts'
import { treeResource } from './tree/definition.ts'
import { unitResource } from './unit/definition.ts'
import { userResource } from './user/definition.ts'
import { waitForResource } from './waitFor/definition.ts'
import { yamlResource } from './yaml/definition.ts'

/** Resources by type. */
export type Resources = ReadonlyMap<string, ResourceDefinition>

export const resourcesOf = (definitions: readonly ResourceDefinition[]): Resources =>
  new Map(definitions.map((definition) => [definition.type, definition]))

/** The schema of each resource's properties, by type. */
export const schemasOf = (resources: Resources): ReadonlyMap<string, z.ZodObject> =>
  new Map([...resources].map(([type, definition]) => [type, definition.schema]))

/** The resources that come with Hexis. */
export const resources: Resources = resourcesOf([
  fileResource,
  templateResource,
  downloadResource,
  archiveResource,
  gitResource,
  mountResource,
  swapResource,
  directoryResource,
  treeResource,
  linkResource,
  lineResource,
  containerResource,
  quadletResource,
  blockResource,
  iniResource,
  envResource,
  jsonResource,
  yamlResource,
  tomlResource,
  userResource,
  groupResource,
  authorizedKeyResource,
  sudoersResource,
  sshdResource,
  repositoryResource,
  packageResource,
  debconfResource,
  divertResource,
  alternativesResource,
  serviceResource,
  unitResource,
  timerResource,
  hostnameResource,
  hostsResource,
  resolverResource,
  timezoneResource,
  localeResource,
  kernelModuleResource,
  sysctlResource,
  networkResource,
  firewallResource,
  certificateResource,
  selinuxResource,
  cronResource,
  postgresRoleResource,
  postgresDatabaseResource,
  postgresGrantResource,
  mysqlUserResource,
  mysqlDatabaseResource,
  mysqlGrantResource,
  execResource,
  waitForResource,
  healthResource,
  rebootResource,
  probeResource,
])

export const schemas = schemasOf(resources)
