/** One entry of `sources`: a platform that posts its own payload. */
export interface SourceConfig {
  /** A shipped mapping, or the path of a folder of the bank's own. */
  mapping: string;
  /** Laid over the mapping's; see docs/signatures.md. */
  signature?: { scheme?: string; [setting: string]: unknown };
  /** Those that the mapping declares. */
  parameters?: Record<string, unknown>;
  /** Folders of .avsc files, where the mapping reads Avro: the schemas that the platform writes with. */
  schemas?: string | string[];
  /** Files of entries: `format` is the mapping's own where absent, `folder` is watched. */
  files?: { format?: string; folder?: string };
  /** The legal entity of its events. */
  entity?: string;
  /** Its events are only learned from, never alerted. */
  learn?: boolean;
  /** Where the mapping fetches from, by the name it has there. */
  credentials?: Record<string, { baseUrl: string; headers?: Record<string, string> }>;
}
