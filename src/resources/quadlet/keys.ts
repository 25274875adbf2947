const wordsOf = (text: string): readonly string[] => text.trim().split(/\s+/)

const everywhere = 'ContainersConfModule GlobalArgs PodmanArgs ServiceName'
const mapped = 'GIDMap SubGIDMap SubUIDMap UIDMap UserNS RemapGid RemapUid RemapUidSize RemapUsers'
const named = 'AddHost DNS DNSOption DNSSearch HostName IP IP6 NetworkAlias'

/**
 * The section of each sort of file and the keys that podman knows in it, as podman-systemd.unit(5) of podman 5 has them;
 * whatever else stands there keeps the whole service from being made.
 */
export const ownSections = {
  container: {
    section: 'Container',
    keys: wordsOf(`${everywhere} ${mapped} ${named}
      AddCapability AddDevice Annotation AutoUpdate CgroupsMode ContainerName DropCapability Entrypoint Environment
      EnvironmentFile EnvironmentHost Exec ExposeHostPort Group GroupAdd HealthCmd HealthInterval HealthLogDestination
      HealthMaxLogCount HealthMaxLogSize HealthOnFailure HealthRetries HealthStartPeriod HealthStartupCmd
      HealthStartupInterval HealthStartupRetries HealthStartupSuccess HealthStartupTimeout HealthTimeout Image Label
      LogDriver LogOpt Mask Memory Mount Network NoNewPrivileges Notify PidsLimit Pod PublishPort Pull ReadOnly
      ReadOnlyTmpfs ReloadCmd ReloadSignal Retry RetryDelay Rootfs RunInit SeccompProfile Secret SecurityLabelDisable
      SecurityLabelFileType SecurityLabelLevel SecurityLabelNested SecurityLabelType ShmSize StartWithPod StopSignal
      StopTimeout Sysctl Timezone Tmpfs Ulimit Unmask User VolatileTmp Volume WorkingDir`),
  },
  volume: {
    section: 'Volume',
    keys: wordsOf(`${everywhere} Copy Device Driver GID Group Image Label Options Type UID User VolumeName`),
  },
  network: {
    section: 'Network',
    keys: wordsOf(`${everywhere} DisableDNS DNS Driver Gateway InterfaceName Internal IPAMDriver IPRange IPv6 Label
      NetworkDeleteOnStop NetworkName Options Subnet`),
  },
  kube: {
    section: 'Kube',
    keys: wordsOf(`${everywhere} ${mapped} AutoUpdate ConfigMap ExitCodePropagation KubeDownForce LogDriver Network
      PublishPort SetWorkingDirectory Yaml`),
  },
  pod: {
    section: 'Pod',
    keys: wordsOf(`${everywhere} ${mapped} ${named} ExitPolicy Label Network PodName PublishPort ShmSize StopTimeout
      Volume`),
  },
  image: {
    section: 'Image',
    keys: wordsOf(`${everywhere} AllTags Arch AuthFile CertDir Creds DecryptionKey Image ImageTag OS Policy Retry
      RetryDelay TLSVerify Variant`),
  },
} as const

export type Sort = keyof typeof ownSections

/** `web.container` → `container`; undefined where a name has none of the endings. */
export const sortOf = (name: string): Sort | undefined => {
  const ending = name.slice(name.lastIndexOf('.') + 1)
  return Object.hasOwn(ownSections, ending) ? (ending as Sort) : undefined
}

/** The service that podman makes of it: `web.container` → `web.service`, `data.volume` → `data-volume.service`. */
export const serviceOf = (name: string): string => {
  const sort = sortOf(name)
  const base = name.slice(0, name.lastIndexOf('.'))
  return sort === 'container' || sort === 'kube' ? `${base}.service` : `${base}-${sort}.service`
}

/** What the generator takes over from [Install]. */
export const installKeys: readonly string[] = ['Alias', 'DefaultInstance', 'RequiredBy', 'UpheldBy', 'WantedBy']
