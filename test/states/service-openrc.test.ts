import { describe } from 'vitest'
import { behavesAsAScriptManager, every } from './script-services.ts'

describe.skipIf(process.getuid?.() !== 0)('services by OpenRC', () => {
  behavesAsAScriptManager({
    name: 'openrc',
    words: 'OpenRC',
    script: (name, seconds, first = ':') => `#!/sbin/openrc-run
start_pre() { ${first}; }
command=/bin/sleep
command_args=${seconds}
command_background=true
pidfile=/run/${name}.pid
`,
    links: (name) => `default/${name}:/etc/init.d/${name}`,
    shells: every,
    folders: '/etc/runlevels/*',
  })
})
