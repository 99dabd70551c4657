// slipway-oci checkpoint and restore, which are CRIU's work.

import { UsageError } from '../../cli/flags.ts';

export default function checkpointCommand(): number {
  throw new UsageError(
    'a container cannot be saved to disk and restored: that needs CRIU, which Slipway does not drive. `runc checkpoint` does',
  );
}
