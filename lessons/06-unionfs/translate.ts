// translate.ts LAYER   spells what a layer says is gone with names, as in an image, in place of overlay's own marks

import { overlayToOci } from '../../src/unionfs/convert.ts';

const [layer = ''] = process.argv.slice(2);
overlayToOci(layer); // the marks that a mount of ours has written: root's, or those of userxattr
