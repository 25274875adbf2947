import { describe } from 'vitest'
import { behavesAsAScriptManager, standardScript } from './script-services.ts'

describe.skipIf(process.getuid?.() !== 0)('services by sysvinit', () => {
  behavesAsAScriptManager({
    name: 'sysvinit',
    words: 'sysvinit',
    script: standardScript,
    links: (name) => ['2', '3', '4', '5'].map((level) => `rc${level}.d/S01${name}:../init.d/${name}`).join(','),
    shells: ['dash', 'busybox only'],
    folders: '/etc/rc?.d',
  })
})
