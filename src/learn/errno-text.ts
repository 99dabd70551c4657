// What an errno says, in both languages. src/linux knows it in English.

import { errnoText } from '../linux/errno.ts';
import { MEANINGS } from './meanings.ts';
import type { Language } from './text.ts';

interface ErrnoWords {
  /** `no such file or directory` */
  text: string;
  /** Of this errno for this call. */
  meaning: string | undefined;
}

/** @param hint what src/linux/hints.ts said. */
export function describeErrno(errno: number, hint: string | undefined): Record<Language, ErrnoWords> {
  const english = { text: errnoText(errno), meaning: hint };
  const meaning = hint === undefined ? undefined : (MEANINGS[hint] ?? hint);
  return { en: english, zh: { text: ERRNO_ZH[errno] ?? english.text, meaning } };
}

const ERRNO_ZH: Record<number, string> = {
  1: '不允许的操作',
  2: '没有这个文件或目录',
  3: '没有这个进程',
  4: '系统调用被信号中断',
  5: '输入输出错误',
  6: '没有这个设备或地址',
  7: '参数列表过长',
  8: '可执行文件格式错误',
  9: '文件描述符无效',
  10: '没有子进程',
  11: '资源暂时不可用',
  12: '内存不足',
  13: '权限不够',
  14: '地址无效',
  15: '需要块设备',
  16: '设备或资源忙',
  17: '文件已存在',
  18: '跨文件系统的操作',
  19: '没有这个设备',
  20: '不是目录',
  21: '是一个目录',
  22: '无效的参数',
  23: '系统打开的文件过多',
  24: '进程打开的文件过多',
  25: '不适用于该设备的 ioctl',
  26: '文件正被执行或写入',
  27: '文件过大',
  28: '设备上没有空间',
  30: '只读文件系统',
  31: '链接过多',
  32: '管道已断开',
  36: '文件名过长',
  38: '内核没有实现这个调用',
  39: '目录非空',
  40: '符号链接层数过多',
  75: '数值溢出',
  95: '不支持的操作',
  98: '地址已被占用',
  111: '连接被拒绝',
  122: '超出磁盘配额',
};
