// slipway-oci resume: they go on.

import { freezeCommand } from '../freeze.ts';

export default freezeCommand('resume', ['paused'], (cgroup) => cgroup.thaw());
