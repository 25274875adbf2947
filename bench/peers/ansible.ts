import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import type { Peer } from './peer.ts'

const playbook = `- hosts: all
  gather_facts: false
  become: false
  tasks:
    - group: { name: "bench{{ item }}", gid: "{{ 2000 + item }}" }
      loop: "{{ range(10) | list }}"
    - user: { name: "bench{{ item }}", uid: "{{ 2000 + item }}", group: "bench{{ item }}", home: /nonexistent, create_home: false, shell: /usr/sbin/nologin }
      loop: "{{ range(10) | list }}"
    - file: { path: "/srv/bench{{ item }}", state: directory, owner: "bench{{ item }}", group: "bench{{ item }}", mode: "0750" }
      loop: "{{ range(10) | list }}"
    - copy: { dest: "/srv/bench{{ item % 10 }}/file{{ item }}", content: "{{ ('bench ' ~ item ~ '\\n') * 20 }}", mode: "0640" }
      loop: "{{ range(100) | list }}"
    - apt: { name: [bash, coreutils, sudo, procps, openssh-server, dbus], state: present }
    - service: { name: ssh, enabled: true, state: started }
`

const settings = (lab: Lab): string => `[defaults]
forks = ${lab.hosts.length}
host_key_checking = true
stdout_callback = minimal
interpreter_python = /usr/bin/python3
[ssh_connection]
pipelining = true
ssh_args = -F ${lab.sshConfig} -o ControlMaster=auto -o ControlPersist=600s
control_path = %(directory)s/%%C
`

/** ansible-core as people tune it: forks for all hosts, pipelining, a connection that is kept, no gathering of facts. */
export const ansible = async (lab: Lab, folder: string): Promise<Peer> => {
  const own = join(folder, 'ansible')
  mkdirSync(own)
  writeFileSync(join(own, 'playbook.yaml'), playbook)
  writeFileSync(join(own, 'ansible.cfg'), settings(lab))
  writeFileSync(join(own, 'hosts'), lab.hosts.map(({ name }) => `${name} ansible_user=root\n`).join(''))
  const env = [
    `ANSIBLE_CONFIG=${join(own, 'ansible.cfg')}`,
    `ANSIBLE_LOCAL_TEMP=${join(own, 'tmp')}`,
    `ANSIBLE_HOME=${own}`,
  ]
  const said = await tool(['ansible-playbook', '--version'])
  return {
    name: 'ansible',
    version: /core ([0-9.]+)/.exec(said)?.[1] ?? 'unknown',
    run: async () => {
      await tool(['env', ...env, 'ansible-playbook', '-i', join(own, 'hosts'), join(own, 'playbook.yaml')], {
        timeoutMs: 1_800_000,
      })
    },
  }
}
