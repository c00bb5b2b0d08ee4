/** The root file system that an image starts from, by its name in the builder's store. */
export interface BaseImage {
  readonly reference: string;
}

export interface BuiltImage {
  /** Contains the hash of the inputs. */
  readonly reference: string;
  /** The absolute path of its OCI archive. */
  readonly archive: string;
}

export interface ImageSpec {
  readonly name: string;
  /** The absolute path of the build context. */
  readonly context: string;
  /** The paths in the context that the build may read. Default: all. */
  readonly files?: readonly string[];
  /** Files from elsewhere: path in the context → absolute path of the source. */
  readonly extra?: Readonly<Record<string, string>>;
  /** Relative to the context. Default `Dockerfile`. */
  readonly dockerfile?: string;
  /** The build argument BASE. Absent for images from scratch. */
  readonly base?: BaseImage;
  readonly args?: Readonly<Record<string, string>>;
}

/** The content of a base: Node.js, or these Debian packages. */
export type BaseContent = "node" | readonly string[];

/** How to build an image, independent of the cluster. */
export interface ImageRecipe extends Omit<ImageSpec, "base"> {
  readonly base: BaseContent;
}
