/** Reads a CloudEvent off a stream with the same reader as one that was posted: CloudEvents bind to both alike. */
import { parseCloudEventRequest } from './cloud-event-request.js';
import { RequestRefused } from './request-refused.js';

/**
 * Structured where the content type says so or nothing does, binary where there are `ce-*` headers. One message is one event.
 * @throws RequestRefused
 */
export function eventOfMessage(headers: Readonly<Record<string, string>>, body: Buffer): unknown {
  const isBinary = headers['ce-specversion'] !== undefined;
  const usual = isBinary ? (headers['ce-datacontenttype'] ?? 'application/json') : 'application/cloudevents+json';
  const contentType = headers['content-type'] ?? usual;
  const { mode, events } = parseCloudEventRequest({ ...headers, 'content-type': contentType }, body, 1);
  if (mode === 'batch') throw new RequestRefused('batch-malformed', 'A message of a stream holds one event.');
  return events[0];
}
