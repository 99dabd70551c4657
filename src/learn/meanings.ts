// The sentences of src/linux/hints.ts in Chinese, by what they say in English: a test holds that none is missing.

export const MEANINGS: Readonly<Record<string, string>> = {
  'A limit on processes is reached: ulimit -u, or pids.max of the cgroup.':
    '进程数已达上限：看 ulimit -u，或 cgroup 的 pids.max。',
  'There is nothing at this path, and PATH is not searched; or the program is there, but not the loader or interpreter that it names: see `readelf -l FILE`, or its #! line. In a new root both have to be inside.':
    '这个路径上什么也没有，而这里不会去查 PATH；或者程序在，但它指定的加载器或解释器不在：用 `readelf -l FILE` 看，或看它的 #! 行。在新的根里，两者都得有。',
  'The file is not executable for this user, or its file system is mounted noexec.':
    '当前用户没有执行权限，或者所在的文件系统是以 noexec 挂载的。',
  'It is no program for this machine: another architecture, an empty file, or a script without a #! line.':
    '它不是这台机器能运行的程序：架构不同、文件为空，或者脚本缺少 #! 行。',
  'Arguments and environment together are too long.': '参数和环境变量加起来太长了。',
  'A part of the path that should be a folder is a file.': '路径中有一段应该是目录，实际却是文件。',
  'A process still has the file open for writing.': '还有进程以写方式打开着这个文件。',
  'It is no child of this process, or was waited for already.': '它不是当前进程的子进程，或者已经被 wait 过了。',
  'The options must say what to wait for: WEXITED, WSTOPPED or WCONTINUED.':
    '选项里必须写明等待什么：WEXITED、WSTOPPED 或 WCONTINUED。',
  'The process has ended.': '这个进程已经结束了。',
  'The process belongs to another user: it needs CAP_KILL.': '这个进程属于别的用户：需要 CAP_KILL。',
  'None of these processors is there, or the cgroup allows none of them.':
    '这些处理器都不存在，或者 cgroup 一个也不允许使用。',
  'This kernel has none of these memory nodes, or does not know the mode.':
    '这个内核没有这些内存节点，或者不认识这个模式。',
  'The realtime class needs CAP_SYS_NICE.': '实时类别需要 CAP_SYS_NICE。',
  'It leads a process group already: fork first, and call it in the child.':
    '它已经是进程组的组长：先 fork，再在子进程里调用。',
  'The first descriptor is not open, or the second is above ulimit -n.':
    '第一个描述符没有打开，或者第二个超过了 ulimit -n。',
  'Both descriptors are the same.': '两个描述符是同一个。',
  'It needs CAP_SYS_CHROOT: be root, or make a user namespace.':
    '需要 CAP_SYS_CHROOT：用 root 运行，或先创建 user namespace。',
  'There is no such folder.': '没有这个目录。',
  'It is a file, not a folder.': '它是文件，不是目录。',
  'There is no such folder. After chroot, a path that begins with / begins in the new root.':
    '没有这个目录。chroot 之后，以 / 开头的路径从新的根开始查找。',
  'Device nodes cannot be made in a user namespace: bind the host’s node there.':
    '在 user namespace 里不能创建设备节点：把宿主机上的节点 bind 过来。',
  'Device nodes cannot be made in a user namespace: bind the host’s node there. Elsewhere the devices controller forbids it.':
    '在 user namespace 里不能创建设备节点：把宿主机上的节点 bind 过来。其他情况下，是 devices 控制器禁止的。',
  'The path leads out of the root, or through a mount that it may not cross.':
    '路径走出了根，或者穿过了不允许穿过的挂载点。',
  'The path goes through a link that may not be followed, or links lead to one another.':
    '路径经过了不允许跟随的链接，或者链接互相指向。',
  'openat2 needs Linux 5.6.': 'openat2 需要 Linux 5.6。',
  'New namespaces need CAP_SYS_ADMIN, or a user namespace made in the same call; some systems forbid that to ordinary users (sysctl kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns).':
    '创建 namespace 需要 CAP_SYS_ADMIN，或者在同一次调用里创建 user namespace；有些系统禁止普通用户这么做（sysctl kernel.unprivileged_userns_clone、kernel.apparmor_restrict_unprivileged_userns）。',
  'Two flags exclude each other, as CLONE_FS and CLONE_NEWNS do, or this kernel does not know one of them.':
    '有两个标志互相冲突，比如 CLONE_FS 和 CLONE_NEWNS；或者这个内核不认识其中某个标志。',
  'A limit on nested or total namespaces is reached: see /proc/sys/user/max_*_namespaces; 32 levels at most.':
    'namespace 的嵌套层数或总数已达上限：看 /proc/sys/user/max_*_namespaces；最多 32 层。',
  'No memory, or the PID namespace it would be made in has already ended.':
    '内存不足，或者要加入的 PID namespace 已经结束了。',
  'The cgroup it should start in has children with controllers: v2 wants processes only in leaves.':
    '要放入的 cgroup 下面有启用了控制器的子 cgroup：v2 只允许进程待在叶子节点。',
  'clone3 needs Linux 5.3; a seccomp filter around us may forbid it too.':
    'clone3 需要 Linux 5.3；外层的 seccomp 过滤器也可能禁止它。',
  'A process with threads cannot take a new user or time namespace; Node always has threads, so do it in a forked child. Or this kernel does not know one of the flags.':
    '有多个线程的进程不能获得新的 user 或 time namespace；Node 总有多个线程，所以要在 fork 出的子进程里做。也可能是这个内核不认识其中某个标志。',
  'It needs CAP_SYS_ADMIN, or CLONE_NEWUSER in the same call.':
    '需要 CAP_SYS_ADMIN，或者在同一次调用里带上 CLONE_NEWUSER。',
  'A limit on nested or total namespaces is reached: see /proc/sys/user/max_*_namespaces.':
    'namespace 的嵌套层数或总数已达上限：看 /proc/sys/user/max_*_namespaces。',
  'It needs CAP_SYS_ADMIN in the UTS namespace: make a new one first.':
    '需要在 UTS namespace 里有 CAP_SYS_ADMIN：先创建一个新的。',
  'A host name has at most 64 bytes.': '主机名最多 64 字节。',
  'A domain name has at most 64 bytes.': '域名最多 64 字节。',
  'An ordinary user may map only their own id, after `deny` was written to setgroups; ranges go through newuidmap and newgidmap and /etc/subuid. And a map is written once.':
    '普通用户只能映射自己的 id，而且要先向 setgroups 写入 `deny`；映射一段 id 要靠 newuidmap、newgidmap 和 /etc/subuid。另外，映射只能写一次。',
  'A line is `id-inside id-outside count`; ranges may not overlap; 340 lines at most.':
    '每行是 `内部id 外部id 数量`；区间不能重叠；最多 340 行。',
  'It must be denied before gid_map is written, and cannot be allowed again.':
    '必须在写 gid_map 之前 deny，之后也不能再 allow。',
  'The new root must be a mount point, and the way to it must lead there: who stepped into the folder before it was bound still stands below. Neither it nor its parent may be shared: make / and all below it a slave first, with MS_REC. The place for the old root must lie below the new one. And a root that is the initramfs cannot be moved.':
    '新的根必须是挂载点，而且走到的得是挂载上去的那一层：绑定挂载之前就进了这个目录的，还站在被盖住的那一层。它和它的父挂载都不能是 shared：先把 / 及下面的全部设为 slave，要带 MS_REC。放旧根的位置必须在新根下面。另外，当前的根如果是 initramfs，就动不了。',
  'Both folders must be there before the call, the place for the old root too. Given twice, "." needs none.':
    '调用之前两个目录都必须存在，放旧根的那个也一样。两个参数都写 "." 就不需要另建目录。',
  'The new root, or the place for the old one, lies on the mount that is the root already. Bind the folder on itself first.':
    '新的根，或者放旧根的位置，就在当前根所在的挂载上。先把这个目录 bind 到它自己身上。',
  'It needs CAP_SYS_ADMIN over the mount namespace: be root, or make a user namespace.':
    '需要对 mount namespace 有 CAP_SYS_ADMIN：用 root 运行，或先创建 user namespace。',
  'Both must be folders.': '两个都必须是目录。',
  'A process still works inside; MNT_DETACH takes it out of sight and lets it end later.':
    '还有进程在里面工作；MNT_DETACH 会先让它不可见，等没人用了再真正卸载。',
  'It is no mount point, or the mount is locked by a user namespace.':
    '它不是挂载点，或者这个挂载被 user namespace 锁住了。',
  'It needs CAP_SYS_ADMIN over the mount namespace.': '需要对 mount namespace 有 CAP_SYS_ADMIN。',
  'The cgroup has processes or children that forbid this: v2 wants processes only in leaves.':
    'cgroup 里有进程或子 cgroup，所以不允许：v2 只允许进程待在叶子节点。',
  'The value is outside of what this controller, or the parent cgroup, allows.':
    '这个值超出了控制器或父 cgroup 允许的范围。',
  'The controller is not switched on in cgroup.subtree_control of the parent.':
    '父 cgroup 的 cgroup.subtree_control 里没有启用这个控制器。',
  'The process that should be moved has ended.': '要移动的进程已经结束了。',
  'The controller cannot be used here: the cgroup is threaded, or inside a threaded one.':
    '控制器在这里不能用：这个 cgroup 是 threaded 的，或者在 threaded 的 cgroup 里面。',
  'The cgroup, or the common parent of it and the old one, has not been delegated to this user.':
    '这个 cgroup，或者它和原 cgroup 的共同父节点，没有委派给当前用户。',
  'The controller is not here: see cgroup.controllers (v2) or /proc/cgroups (v1).':
    '这里没有这个控制器：看 cgroup.controllers（v2）或 /proc/cgroups（v1）。',
  'The cgroup belongs to another user: it would have to be delegated to this one.':
    '这个 cgroup 属于别的用户：需要先委派给当前用户。',
  'A limit of a parent is reached: cgroup.max.descendants or cgroup.max.depth.':
    '达到了父 cgroup 的上限：cgroup.max.descendants 或 cgroup.max.depth。',
  'The cgroup file system is mounted read-only, as it is inside most containers.':
    'cgroup 文件系统是只读挂载的，大多数容器里都这样。',
  'The cgroup has been removed.': '这个 cgroup 已经被删除了。',
  'The cgroup still has processes or child cgroups.': 'cgroup 里还有进程或子 cgroup。',
  'It needs CAP_BPF and CAP_NET_ADMIN, or CAP_SYS_ADMIN, outside of any user namespace.':
    '需要在所有 user namespace 之外拥有 CAP_BPF 和 CAP_NET_ADMIN，或者 CAP_SYS_ADMIN。',
  'The verifier refused the program, or this kernel has no CONFIG_CGROUP_BPF.':
    '验证器拒绝了这个程序，或者内核没有 CONFIG_CGROUP_BPF。',
  'An ordinary user may mount an overlay only inside a user namespace of their own, on Linux 5.11 or newer.':
    '普通用户只能在自己的 user namespace 里挂载 overlay，而且需要 Linux 5.11 以上。',
  'The upper folder or the work folder is in use by another overlay.':
    'upper 目录或 work 目录正被另一个 overlay 使用。',
  'The options of an overlay are separated by commas alone: a space is a part of the next name.':
    'overlay 的选项之间只用逗号分隔：空格会算进后一个选项的名字里。',
  'An overlay wants its folders as options, in the last argument of the call.':
    'overlay 的各个目录要写成选项，放在调用的最后一个参数里。',
  'An overlay wants at least one lower folder: lowerdir=….': 'overlay 至少要有一个 lower 目录：lowerdir=…。',
  'An upper folder wants an empty work folder beside it: workdir=….':
    '有 upper 目录就还要一个空的 work 目录：workdir=…。',
  'Without an upper folder (upperdir=…) an overlay wants two lower ones.':
    '没有 upper 目录（upperdir=…）时，overlay 要有两个 lower 目录。',
  'The upper folder may itself lie on an overlay, or upper and work folder on two file systems, or one inside the other; or the kernel does not know an option: `dmesg` says which. Put SLIPWAY_ROOT on ext4, xfs or tmpfs.':
    'upper 目录可能本身就在 overlay 上，或者 upper 和 work 不在同一个文件系统上，或者一个在另一个里面；也可能是内核不认识某个选项：`dmesg` 会说明是哪一种。请把 SLIPWAY_ROOT 放在 ext4、xfs 或 tmpfs 上。',
  'Two of the folders are one and the same, or one lies inside another.':
    '有两个目录其实是同一个，或者一个在另一个里面。',
  'The target, or a folder that the options name, does not exist.': '挂载点不存在，或者选项里写的某个目录不存在。',
  'The file system refused the option. For an overlay: the upper folder may itself lie on an overlay, or upper and work folder on two file systems. Put SLIPWAY_ROOT on ext4, xfs or tmpfs.':
    '文件系统拒绝了这个选项。对 overlay 来说：可能是 upper 目录本身就在 overlay 上，也可能 upper 和 work 不在同一个文件系统上。把 SLIPWAY_ROOT 放到 ext4、xfs 或 tmpfs 上。',
  'A folder that the options name does not exist.': '选项里写的某个目录不存在。',
  'An ordinary user may mount this only inside a user namespace of their own.':
    '普通用户只能在自己的 user namespace 里挂载它。',
  'This kernel does not know the file system. Look in /proc/filesystems.':
    '这个内核不认识该文件系统。看 /proc/filesystems。',
  'It needs CAP_SYS_ADMIN over the user namespace that owns the mount namespace.':
    '需要在拥有这个 mount namespace 的 user namespace 里有 CAP_SYS_ADMIN。',
  'fsopen needs Linux 5.2.': 'fsopen 需要 Linux 5.2。',
  'Mounting needs CAP_SYS_ADMIN over the mount namespace, and in a user namespace the flags of a mount from outside cannot be taken off it, nor can proc or sysfs show what the host has covered up.':
    '挂载需要对 mount namespace 有 CAP_SYS_ADMIN；在 user namespace 里，外面带进来的挂载标志不能去掉，proc 和 sysfs 也不能露出宿主机遮住的东西。',
  'Something already is mounted there, or is in use.': '那里已经挂载了东西，或者正在使用。',
  'This kernel knows no file system of that name. Look in /proc/filesystems; `modprobe overlay` may bring overlay.':
    '这个内核里没有叫这个名字的文件系统。看 /proc/filesystems；overlay 也许可以用 `modprobe overlay` 加载。',
  'There is no type, and no flag that says what is meant instead: MS_BIND, MS_REMOUNT, MS_MOVE, or a propagation such as MS_SLAVE.':
    '没有给类型，标志里也没说要做什么：MS_BIND、MS_REMOUNT、MS_MOVE，或者 MS_SLAVE 之类的传播方式。',
  'The file system refused the options, or the target is no mount point although the flags want one. `dmesg` often says which.':
    '文件系统拒绝了这些选项，或者标志要求目标是挂载点而它不是。`dmesg` 常会说明是哪一个。',
  'The source or the target does not exist. After chroot and pivot_root, both are looked for in the new root.':
    '源或目标不存在。chroot 和 pivot_root 之后，两者都在新的根里查找。',
  'A folder can only be mounted on a folder, and a file on a file.': '目录只能挂载到目录上，文件只能挂载到文件上。',
  'This file system wants a block device as its source.': '这个文件系统要求源是块设备。',
  'The file system is read-only, or its mount is nodev: mount it with MS_RDONLY, or elsewhere.':
    '文件系统是只读的，或者它的挂载带有 nodev：加上 MS_RDONLY 挂载，或换个地方。',
  'To copy a mount takes CAP_SYS_ADMIN over the mount namespace.':
    '复制一个挂载需要对 mount namespace 有 CAP_SYS_ADMIN。',
  'The mount is unbindable, has no place yet, or with it would come mounts that are locked.':
    '这个挂载是 unbindable 的，或者还没有挂到任何位置，或者会连带被锁住的挂载。',
  'The source does not exist.': '源不存在。',
  'open_tree needs Linux 5.2.': 'open_tree 需要 Linux 5.2。',
  'The parent of a mount that is moved may not be shared, and a folder can only be mounted on a folder, a file on a file.':
    '被移动的挂载，它的父挂载不能是 shared；另外目录只能挂载到目录上，文件只能挂载到文件上。',
  'The target does not exist.': '目标不存在。',
  'In a user namespace, flags such as ro or nosuid of a mount from outside are locked and cannot be cleared.':
    '在 user namespace 里，外面带进来的 ro、nosuid 之类的挂载标志是锁住的，不能清除。',
  'The path is no mount point, or two of the attributes exclude each other.':
    '这个路径不是挂载点，或者有两个属性互相冲突。',
  'mount_setattr needs Linux 5.12.': 'mount_setattr 需要 Linux 5.12。',
  'The descriptor is of another kind of namespace, or a process with threads (Node always has some) tried to join a user, mount or time namespace, or one joined the user namespace it is in.':
    '描述符是另一种 namespace 的；或者有多个线程的进程（Node 总有几个线程）想加入 user、mount 或 time namespace；或者想加入自己已经在的 user namespace。',
  'It needs CAP_SYS_ADMIN in the namespace joined and in its owner: join the user namespace first when you are not root.':
    '需要在要加入的 namespace 以及拥有它的 user namespace 里都有 CAP_SYS_ADMIN：不是 root 时，先加入 user namespace。',
  'pidfd_open needs Linux 5.3.': 'pidfd_open 需要 Linux 5.3。',
  'There is no /dev/ptmx: mount devpts, and link it to pts/ptmx.':
    '没有 /dev/ptmx：先挂载 devpts，再把它链接到 pts/ptmx。',
  'All terminals are taken: see /proc/sys/kernel/pty/max.': '终端都用完了：看 /proc/sys/kernel/pty/max。',
  'It is no terminal.': '它不是终端。',
  'Only the leader of a session without a terminal can take one: call setsid first.':
    '只有还没有终端的会话首进程才能取得终端：先调用 setsid。',
  'The terminal is still locked: call unlockpt first.': '终端还锁着：先调用 unlockpt。',
  'It is no file of a namespace.': '它不是 namespace 的文件。',
  'It needs CAP_NET_ADMIN in the network namespace.': '需要在 network namespace 里有 CAP_NET_ADMIN。',
  'There is no such device in this network namespace.': '这个 network namespace 里没有这个设备。',
  'It needs CAP_SETGID, and in a user namespace with a single id setgroups is denied for good.':
    '需要 CAP_SETGID；在只映射了一个 id 的 user namespace 里，setgroups 永远被禁止。',
  'A group is not mapped in this user namespace.': '有一个组在这个 user namespace 里没有映射。',
  'Another id than one’s own needs CAP_SETUID.': '换成别人的 id 需要 CAP_SETUID。',
  'The id is not mapped in this user namespace: see /proc/self/uid_map.':
    '这个 id 在 user namespace 里没有映射：看 /proc/self/uid_map。',
  'Another id than one’s own needs CAP_SETGID: change groups before the user.':
    '换成别人的 id 需要 CAP_SETGID：先换组，再换用户。',
  'The id is not mapped in this user namespace: see /proc/self/gid_map.':
    '这个 id 在 user namespace 里没有映射：看 /proc/self/gid_map。',
  'The id is not mapped in this user namespace.': '这个 id 在 user namespace 里没有映射。',
  'A set may not grow: effective within permitted, inheritable within the bounding set.':
    'capability 集合不能变大：effective 必须在 permitted 之内，inheritable 必须在 bounding 之内。',
  'It needs CAP_SETPCAP.': '需要 CAP_SETPCAP。',
  'An ambient capability must be permitted and inheritable first.':
    'ambient 的 capability 必须先是 permitted 和 inheritable。',
  'A filter needs CAP_SYS_ADMIN, or PR_SET_NO_NEW_PRIVS before it.':
    '安装过滤器需要 CAP_SYS_ADMIN，或者先设置 PR_SET_NO_NEW_PRIVS。',
  'The kernel refused the filter: a jump out of it, an unknown instruction, or more than 4096.':
    '内核拒绝了这个过滤器：跳转到了外面、有不认识的指令，或者超过了 4096 条。',
  'Raising a hard limit needs CAP_SYS_RESOURCE, which root may lack too.':
    '提高硬限制需要 CAP_SYS_RESOURCE，root 也不一定有。',
  'The soft limit is above the hard one, or there is no such limit.': '软限制高于硬限制，或者没有这种限制。',
  'The user has used up the quota of keys: see /proc/key-users.': '这个用户的 key 配额用完了：看 /proc/key-users。',
  'There is a file at this path already: remove it first if nobody listens there.':
    '这个路径上已经有文件：如果没人在监听，先删掉它。',
  'Nobody listens at this socket any more.': '已经没有人监听这个 socket 了。',
  'There is no such socket.': '没有这个 socket。',
  'Another process has the lock.': '锁在另一个进程手里。',
  'Nobody reads the other end any more.': '另一端已经没有人读了。',
  'It needs root; and even root may be forbidden it, by a seccomp filter or a security module around us.':
    '需要 root；root 也可能被外层的 seccomp 过滤器或安全模块禁止。',
  'This user has no right to it.': '当前用户没有这个权限。',
  'The disk is full: free some room on it, or put SLIPWAY_ROOT (slipway-oci: --root) on another one.':
    '磁盘满了：腾出一些空间，或者把 SLIPWAY_ROOT（slipway-oci：--root）放到别的盘上。',
  'The quota of this user on that disk is used up.': '当前用户在这个盘上的配额用完了。',
  'The file system is mounted read-only: put SLIPWAY_ROOT (slipway-oci: --root) on one that can be written to.':
    '文件系统是只读挂载的：把 SLIPWAY_ROOT（slipway-oci：--root）放到可写的地方。',
  'A path has at most 4095 bytes, and a name in it 255.': '路径最长 4095 字节，其中每个名字最长 255 字节。',
  'The machine, or the cgroup, has no memory left.': '机器或 cgroup 的内存用完了。',
  'A limit on open files is reached: ulimit -n.': '打开的文件数已达上限：ulimit -n。',
  'The machine has as many files open as it may: see /proc/sys/fs/file-max.':
    '整台机器打开的文件数已达上限：看 /proc/sys/fs/file-max。',
  'The device failed: the kernel log (dmesg) says more.': '设备出错了：内核日志（dmesg）里有更多信息。',
  'A cpuset of v1 takes no process before it has processors and memory nodes: write cpuset.cpus and cpuset.mems first.':
    'v1 的 cpuset 要先有处理器和内存节点，才能放入进程：先写 cpuset.cpus 和 cpuset.mems。',
};
