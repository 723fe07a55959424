/** Any JSON value. `null` inside event data means the same as absent and is removed on the way in. */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json | undefined;
}
