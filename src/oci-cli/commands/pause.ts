// slipway-oci pause: all processes of a container stand still.

import { freezeCommand } from '../freeze.ts';

export default freezeCommand('pause', ['running', 'created'], (cgroup) => cgroup.freeze());
