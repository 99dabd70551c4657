// What an image says of the containers made from it: the part of its configuration that `run` needs.
// Source: https://github.com/opencontainers/image-spec/blob/main/config.md

export interface ImageConfig {
  User?: string;
  /** `NAME=value`. */
  Env?: string[];
  Entrypoint?: string[];
  Cmd?: string[];
  WorkingDir?: string;
  /** `SIGQUIT`, or a number: what asks its program to end. */
  StopSignal?: string;
  /** Places that want a volume, as keys. */
  Volumes?: Record<string, object>;
}

/** Of a root that is a plain folder: it says nothing. */
export const NO_IMAGE: ImageConfig = {};

/** Of `box`, the image made of the machine's own programs. */
export const BOX_CONFIG: ImageConfig = { Cmd: ['sh'] };
