/** The root file system an image starts from, as a name that the builder knows. */
export interface BaseImage {
  readonly reference: string;
}

export interface BuiltImage {
  /** By the hash of the inputs. */
  readonly reference: string;
  /** The absolute path of its OCI archive. */
  readonly archive: string;
}

export interface ImageSpec {
  readonly name: string;
  /** The absolute path of the build context. */
  readonly context: string;
  /** The paths in the context that the build may see; everything when absent. */
  readonly files?: readonly string[];
  /** Files from elsewhere: path in the context → absolute path of the source. */
  readonly extra?: Readonly<Record<string, string>>;
  /** Relative to the context; `Dockerfile` when absent. */
  readonly dockerfile?: string;
  /** The build argument BASE; absent for images from scratch. */
  readonly base?: BaseImage;
  readonly args?: Readonly<Record<string, string>>;
}

/** What a base has: Node.js, or these Debian packages. */
export type BaseContent = "node" | readonly string[];

/** How to build an image wherever the cluster is. */
export interface ImageRecipe extends Omit<ImageSpec, "base"> {
  readonly base: BaseContent;
}
