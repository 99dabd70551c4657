// What the `slipway` script starts.
require('./program.cjs').start('slipway', 'src/cli/main.ts');
