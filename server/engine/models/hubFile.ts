// A file of the hub, as the hub describes it.

/** The hub's description of a file. */
export interface HubFile {
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly commit: string | null;
}
