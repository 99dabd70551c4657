import { type Check, isTrue } from '../../src/learn/goal.ts';

export const check: Check = {
  goals: [
    {
      name: 'root',
      title: { en: 'the command has ROOTFS as its root', zh: '命令以 ROOTFS 为根' },
      hints: [{ en: 'man 2 chroot', zh: '参见 man 2 chroot' }],
      ask: async (lab) => {
        const rootfs = lab.rootfs();
        const held = await lab.hold([rootfs]);
        const root = held.link('root');
        return isTrue(root === rootfs, { en: `its root is ${root}`, zh: `它的根是 ${root}` });
      },
    },
  ],
};
