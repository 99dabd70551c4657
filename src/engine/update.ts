// `update`: other limits for a container, at once when it runs, and for all its next starts; or another restart policy.

import { openCgroup } from '../cgroups/cgroup.ts';
import { type Bundle, changeBundle, saveBundle } from '../runtime/bundle.ts';
import { tellEvent } from '../runtime/events.ts';
import { findContainer } from '../runtime/names.ts';
import type { RestartPolicy } from '../runtime/restart.ts';
import { loadState } from '../runtime/state.ts';
import { checkResources } from './check.ts';
import { known } from './known.ts';
import type { AskedOptions, ResourceOptions } from './options.ts';
import { makeResources } from './spec/resources.ts';

/** What is to change; the rest stays. */
export interface Changes {
  resources: Partial<ResourceOptions>;
  restart?: RestartPolicy;
}

/**
 * @param notice takes sentences about limits that cannot be had on this machine.
 * @throws Error when there is no such container, or the limits contradict one another; nothing is changed then.
 */
export function update(reference: string, { resources, restart }: Changes, notice: (sentence: string) => void): void {
  const id = findContainer(reference);
  changeBundle(id, (bundle) => {
    const changed = { ...withResources(bundle, resources), ...known({ restart }) };
    const state = loadState(id);
    if (state.status === 'running' && Object.keys(resources).length > 0) {
      const { devices: _, ...limits } = changed.spec.linux?.resources ?? {}; // those stay as they are
      openCgroup(state.cgroupPath ?? `/slipway/${id}`)
        .update(limits)
        .forEach(notice);
    }
    saveBundle(changed);
    tellEvent(changed, 'update');
    return changed;
  });
}

function withResources(bundle: Bundle, changes: Partial<ResourceOptions>): Bundle {
  const asked = bundle.asked as AskedOptions | undefined;
  if (Object.keys(changes).length === 0) return bundle;
  if (asked === undefined) throw new Error('its limits are those of a config.json: change that');
  const resources = { ...asked.resources, ...changes };
  checkResources(resources);
  const options = { ...asked, resources };
  const linux = { ...bundle.spec.linux, resources: makeResources(options) };
  return { ...bundle, asked: options, spec: { ...bundle.spec, linux } };
}
