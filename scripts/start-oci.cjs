// What the `slipway-oci` script starts.
require('./program.cjs').start('slipway-oci', 'src/oci-cli/main.ts');
